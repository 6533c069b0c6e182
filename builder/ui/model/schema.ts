/**
 * Reading the definition's JSON Schema: which schema applies at a path, and which editor fits it.
 * Pure; understands `$ref`, `allOf`, `anyOf` and the keywords `x-variants`, `x-expression`,
 * `x-reference`, `x-format`, `x-template`.
 */
import { at, type Data, isMap, type Path } from "./tree";

export interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  prefixItems?: Schema[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export type Editor =
  | "text"
  | "long_text"
  | "words"
  | "expression"
  | "template"
  | "reference"
  | "references"
  | "duration"
  | "number"
  | "switch"
  | "choice"
  | "list"
  | "map"
  | "group"
  | "written";

/** A property as the panel shows it. */
export interface Option {
  key: string;
  path: Path;
  schema: Schema;
  editor: Editor;
  isRequired: boolean;
  isSet: boolean;
}

/** `schema` with its references followed and its parts joined, for these data. */
export function resolved(root: Schema, schema: Schema | undefined, data?: Data): Schema {
  if (!schema) return {};
  let joined: Schema = { ...schema };
  if (typeof schema.$ref === "string") {
    const { $ref: _, ...own } = joined;
    joined = joinSchemas(resolved(root, followed(root, schema.$ref), data), own);
  }
  for (const part of schema.allOf ?? []) joined = joinSchemas(joined, resolved(root, part, data));
  const variant = variantOf(joined, data);
  if (variant) joined = joinSchemas(joined, resolved(root, variant, data));
  return joined;
}

/** The schema that applies at `path` in the definition; empty where nothing is known. */
export function schemaAt(root: Schema, app: Data | undefined, path: Path): Schema {
  let schema = resolved(root, root, app);
  let data: Data | undefined = app;
  for (const step of path) {
    data = at(data, [step]);
    schema = resolved(root, inside(root, schema, step, data), data);
  }
  return schema;
}

/** The options of a map, those that are written first by schema order, unknown ones last. */
export function optionsOf(root: Schema, schema: Schema, data: Data | undefined, path: Path): Option[] {
  const map = isMap(data) ? data : {};
  const known = Object.entries(schema.properties ?? {}).map(([key, one]) =>
    optionOf(root, key, one, map[key], path, schema.required?.includes(key) ?? false),
  );
  // A constant word names the variant; a constant true is something one may choose.
  return known.filter(({ schema: own }) => own.const === undefined || own.const === true);
}

/** Which editor fits a schema. */
export function editorOf(schema: Schema, data?: Data): Editor {
  if (schema["x-expression"]) return "expression";
  if (schema["x-template"]) return "template";
  if (schema["x-reference"]) return "reference";
  if (schema["x-format"] === "duration") return "duration";
  if (schema.enum) return "choice";
  const types = typesOf(schema);
  if (isWords(schema, types)) return "words";
  // A literal of any kind: what it may be depends on another option.
  if (types.length > 3) return "written";
  if (isCondition(schema)) return "expression";
  if (types.includes("array")) return arrayEditor(schema);
  if (types.includes("object")) return objectEditor(schema, types, data);
  if (types.includes("boolean") && !types.includes("string")) return "switch";
  if (types.includes("integer") || types.includes("number")) {
    return types.includes("string") ? "text" : "number";
  }
  if (types.includes("string")) return schema["x-long"] ? "long_text" : "text";
  return "written";
}

/** Whether a schema wants true, false, or an expression that gives one of them. */
export function isCondition(schema: Schema): boolean {
  const types = typesOf(schema);
  return types.length === 2 && types.includes("boolean") && types.includes("string");
}

/** The JSON types a schema names. */
export function typesOf(schema: Schema): string[] {
  if (typeof schema.type === "string") return [schema.type];
  if (Array.isArray(schema.type)) return schema.type;
  if (schema.properties || isMap(schema.additionalProperties as Data)) return ["object"];
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...new Set(branches.flatMap(typesOf))];
}

/** The branch of a choice that fits data of this shape, else the first that is no map. */
export function branchFor(root: Schema, schema: Schema, data: Data | undefined): Schema {
  const branches = (schema.anyOf ?? schema.oneOf ?? []).map((one) => resolved(root, one, data));
  if (!branches.length) return schema;
  const shape = shapeOf(data);
  return branches.find((one) => typesOf(one).includes(shape)) ?? branches[0] ?? schema;
}

/** A value to begin with for a new entry of this schema. */
export function blankOf(root: Schema, schema: Schema): Data | boolean | number {
  const full = resolved(root, schema);
  if (full.const !== undefined) return full.const as Data;
  if (full.enum?.length) return full.enum[0] as Data;
  const types = typesOf(full);
  if (types.includes("object") && !isWords(full, types)) return blankMap(root, full);
  if (types.includes("array")) return [];
  if (types.includes("boolean") && !types.includes("string")) return true;
  if (types.includes("integer") || types.includes("number")) return 1;
  return "";
}

function blankMap(root: Schema, schema: Schema): Data {
  const discriminator = schema["x-discriminator"];
  const variants = schema["x-variants"] as Record<string, Schema> | undefined;
  if (typeof discriminator === "string" && variants) {
    const first = Object.keys(variants)[0] as string;
    return { [discriminator]: first, ...(blankMap(root, resolved(root, variants[first])) as object) };
  }
  const entries = (schema.required ?? []).map((key) => [
    key,
    blankOf(root, schema.properties?.[key] ?? {}),
  ]);
  return Object.fromEntries(entries) as Data;
}

function optionOf(
  root: Schema,
  key: string,
  schema: Schema,
  data: Data | undefined,
  path: Path,
  isRequired: boolean,
): Option {
  const full = resolved(root, schema, data);
  const fitting = full.anyOf || full.oneOf ? branchOrSelf(root, full, data) : full;
  return {
    key,
    path: [...path, key],
    schema: fitting,
    editor: editorOf(fitting, data),
    isRequired,
    isSet: data !== undefined,
  };
}

/** A choice of scalars is one text; otherwise the branch that fits the data, with the words. */
function branchOrSelf(root: Schema, schema: Schema, data: Data | undefined): Schema {
  const branch = branchFor(root, schema, data);
  const { title, description } = schema;
  return { ...branch, ...(title ? { title } : {}), ...(description ? { description } : {}) };
}

function inside(root: Schema, schema: Schema, step: string | number, data: Data | undefined): Schema | undefined {
  if (typeof step === "number") {
    const own = schema.prefixItems?.[step] ?? schema.items;
    return own ?? branchesWith(root, schema, "array", data)?.items;
  }
  const direct = schema.properties?.[step];
  if (direct) return direct;
  if (isSchema(schema.additionalProperties)) return schema.additionalProperties;
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = inside(root, resolved(root, branch), step, data);
    if (found) return found;
  }
  return undefined;
}

function branchesWith(root: Schema, schema: Schema, type: string, data: Data | undefined): Schema | undefined {
  return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
    .map((one) => resolved(root, one, data))
    .find((one) => typesOf(one).includes(type));
}

function variantOf(schema: Schema, data: Data | undefined): Schema | undefined {
  const variants = schema["x-variants"] as Record<string, Schema> | undefined;
  const name = isMap(data) ? data[String(schema["x-discriminator"])] : undefined;
  return typeof name === "string" ? variants?.[name] : undefined;
}

function joinSchemas(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    properties: { ...one.properties, ...other.properties },
    required: [...new Set([...(one.required ?? []), ...(other.required ?? [])])],
  };
}

function followed(root: Schema, reference: string): Schema {
  let found: unknown = root;
  for (const step of reference.slice(2).split("/")) {
    found = (found as Record<string, unknown> | undefined)?.[step];
  }
  return (found as Schema | undefined) ?? {};
}

function isWords(schema: Schema, types: readonly string[]): boolean {
  const rest = schema.additionalProperties;
  return (
    types.includes("string") &&
    types.includes("object") &&
    !Object.keys(schema.properties ?? {}).length &&
    isSchema(rest) &&
    typesOf(rest).includes("string") &&
    !typesOf(rest).includes("object")
  );
}

function arrayEditor(schema: Schema): Editor {
  return schema.items?.["x-reference"] ? "references" : "list";
}

function objectEditor(schema: Schema, types: readonly string[], data: Data | undefined): Editor {
  if (types.includes("string") && typeof data === "string") return "text";
  if (Object.keys(schema.properties ?? {}).length || schema["x-variants"]) return "group";
  return isSchema(schema.additionalProperties) ? "map" : "written";
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}

function shapeOf(data: Data | undefined): string {
  if (Array.isArray(data)) return "array";
  if (isMap(data)) return "object";
  if (data === "true" || data === "false") return "boolean";
  return "string";
}
