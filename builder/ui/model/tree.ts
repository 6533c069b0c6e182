/** A definition's data as the server sends it: every scalar is text; and paths into it. Pure. */

export type Step = string | number;
export type Path = readonly Step[];
export type Data = null | string | Data[] | { [key: string]: Data };
export type DataMap = { [key: string]: Data };

/** What stands at a path; undefined when nothing does. */
export function at(data: Data | undefined, path: Path): Data | undefined {
  let found: Data | undefined = data;
  for (const step of path) {
    if (Array.isArray(found)) found = typeof step === "number" ? found[step] : undefined;
    else if (isMap(found)) found = found[step];
    else return undefined;
  }
  return found;
}

export function isMap(data: unknown): data is DataMap {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** The map at a path, or an empty one. */
export function mapAt(data: Data | undefined, path: Path): DataMap {
  const found = at(data, path);
  return isMap(found) ? found : {};
}

/** The list at a path, or an empty one. */
export function listAt(data: Data | undefined, path: Path): Data[] {
  const found = at(data, path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path, or an empty one. */
export function textAt(data: Data | undefined, path: Path): string {
  const found = at(data, path);
  return typeof found === "string" ? found : "";
}

/** `forms.order.layout[2][0]`, as diagnostics print it. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index ? `.${step}` : step))
    .join("");
}

export function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && startsWith(one, other);
}

/** Whether `path` is `ancestor` or stands below it. */
export function startsWith(path: Path, ancestor: Path): boolean {
  return path.length >= ancestor.length && ancestor.every((step, index) => step === path[index]);
}

/** An id that is not taken yet: `amount`, `amount_2`, `amount_3`. */
export function freeId(wanted: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const base = toId(wanted);
  if (!used.has(base)) return base;
  for (let number = 2; ; number++) {
    const id = `${base}_${number}`;
    if (!used.has(id)) return id;
  }
}

/** The nearest id an author may write: small letters, digits and underscores. */
export function toId(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return plain.slice(0, 40).replace(/_+$/, "") || "part";
}

/** Whether a text can be an id. */
export function isId(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,47}$/.test(text);
}
