/**
 * What is copied, and the gesture that puts it in elsewhere: in another form, flow or app. Pure,
 * but for the one place where it is kept, which all pages of this browser share.
 */
import type { Operation } from "../api";
import { type Block, blockFields } from "./layout";
import { at, type Data, type DataMap, freeId, isMap, mapAt, type Path } from "./tree";

export type Copied =
  | { kind: "field"; id: string; definition: DataMap }
  | { kind: "block"; block: Data; fields: DataMap }
  | { kind: "node"; id: string; definition: DataMap };

export interface Pasted {
  operation: Operation;
  selection: Path;
}

/** A block of a form with what it shows. */
export function copyOfBlock(app: Data, form: string, block: Block): Copied | null {
  const fields = mapAt(app, ["forms", form, "fields"]);
  if (block.kind === "field") {
    const definition = fields[block.field];
    return isMap(definition) ? { kind: "field", id: block.field, definition } : null;
  }
  const written = at(app, block.path);
  if (written === undefined) return null;
  const shown = blockFields(block).filter((field) => field in fields);
  const own = Object.fromEntries(shown.map((field) => [field, fields[field] as Data]));
  return { kind: "block", block: written, fields: own };
}

/** A node of a flow. */
export function copyOfNode(app: Data, flow: string, node: string): Copied | null {
  const definition = at(app, ["flows", flow, "nodes", node]);
  return isMap(definition) ? { kind: "node", id: node, definition } : null;
}

/** Put a field or block into a form, under ids that nothing has there; null for anything else. */
export function pasteInForm(
  app: Data,
  form: string,
  copied: Copied,
  target: { parent: Path; index: number | null },
): Pasted | null {
  const taken = Object.keys(mapAt(app, ["forms", form, "fields"]));
  const { parent, index } = target;
  if (copied.kind === "field") {
    const field = freeId(copied.id, taken);
    const { definition } = copied;
    const operation = { op: "paste_field", form, field, definition, parent, index };
    return { operation, selection: ["forms", form, "fields", field] };
  }
  if (copied.kind !== "block") return null;
  const ids = freeIds(Object.keys(copied.fields), taken);
  const fields = Object.fromEntries(
    Object.entries(copied.fields).map(([id, definition]) => [ids.get(id) ?? id, definition]),
  );
  const block = withIds(copied.block, ids);
  const list = at(app, parent);
  const end = Array.isArray(list) ? list.length : taken.length;
  const operation = { op: "paste_block", form, block, fields, parent, index };
  return { operation, selection: [...parent, index ?? end] };
}

/** Put a node into a flow at a spot; null for anything else. */
export function pasteInFlow(
  app: Data,
  flow: string,
  copied: Copied,
  spot: { x: number; y: number },
): Pasted | null {
  if (copied.kind !== "node") return null;
  const node = freeId(copied.id, Object.keys(mapAt(app, ["flows", flow, "nodes"])));
  const { definition } = copied;
  const [x, y] = [Math.round(spot.x), Math.round(spot.y)];
  const operation = { op: "paste_node", flow, node, definition, x, y };
  return { operation, selection: ["flows", flow, "nodes", node] };
}

function freeIds(wanted: readonly string[], taken: readonly string[]): Map<string, string> {
  const used = [...taken];
  return new Map(
    wanted.map((id) => {
      const free = freeId(id, used);
      used.push(free);
      return [id, free];
    }),
  );
}

/** The block with its fields' new ids: in lists, where alone a layout names fields. */
function withIds(data: Data, ids: ReadonlyMap<string, string>): Data {
  if (Array.isArray(data)) {
    return data.map((one) => (typeof one === "string" ? (ids.get(one) ?? one) : withIds(one, ids)));
  }
  if (!isMap(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, one]) => [key, withIds(one, ids)]));
}

const KEPT = "dougong.copied";

/** What is kept, as text; a browser that keeps nothing has none. */
export function keptText(): string {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** What was copied last, on any page. */
export function kept(): Copied | null {
  try {
    const found: unknown = JSON.parse(keptText() || "null");
    return isMap(found) && typeof found.kind === "string" ? (found as unknown as Copied) : null;
  } catch {
    return null;
  }
}

/** Keep it for pasting; a browser that keeps nothing copies nothing. */
export function keep(copied: Copied): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(copied));
  } catch {
    return;
  }
  window.dispatchEvent(new StorageEvent("storage", { key: KEPT }));
}
