/**
 * A form's layout as the canvas shows it: a tree of lists of blocks, each with its path in the
 * definition. Pure; moves are told to the server as gestures.
 */
import { at, type Data, isMap, listAt, mapAt, type Path, type Step } from "./tree";

export interface FieldBlock {
  kind: "field";
  path: Path;
  field: string;
}

export interface WordsBlock {
  kind: "heading" | "text";
  path: Path;
  words: Path;
}

export interface BoxBlock {
  kind: "section" | "columns" | "tabs";
  path: Path;
  /** Where its own options stand. */
  options: Path;
  lists: BlockList[];
}

export type Block = FieldBlock | WordsBlock | BoxBlock;

/** A list one can drop into. */
export interface BlockList {
  path: Path;
  /** Path of its title (a tab), if it has one. */
  title?: Path;
  id?: string;
  blocks: Block[];
}

/** The whole layout; a form without one shows its fields in their order. */
export function layoutOf(app: Data | undefined, form: string): BlockList {
  const path: Path = ["forms", form, "layout"];
  const written = at(app, path);
  const items = Array.isArray(written) ? written : Object.keys(mapAt(app, ["forms", form, "fields"]));
  return { path, blocks: items.flatMap((item, index) => blockOf(item, [...path, index])) };
}

/** Fields in the order in which people meet them, each once. */
export function fieldsInOrder(list: BlockList): string[] {
  const found = list.blocks.flatMap((block) =>
    block.kind === "field"
      ? [block.field]
      : "lists" in block
        ? block.lists.flatMap(fieldsInOrder)
        : [],
  );
  return [...new Set(found)];
}

/** The fields that one block shows. */
export function blockFields(block: Block): string[] {
  return fieldsInOrder({ path: [], blocks: [block] });
}

/** Fields the layout does not show. */
export function hiddenFields(app: Data | undefined, form: string): string[] {
  const shown = new Set(fieldsInOrder(layoutOf(app, form)));
  return Object.keys(mapAt(app, ["forms", form, "fields"])).filter((field) => !shown.has(field));
}

/** Every list of the layout with the names of what it is in, for "Move to…". */
export function allLists(list: BlockList, trail: readonly Block[] = []): [BlockList, Block[]][] {
  const inner = list.blocks.flatMap((block) =>
    "lists" in block ? block.lists.flatMap((one) => allLists(one, [...trail, block])) : [],
  );
  return [[list, [...trail]], ...inner];
}

/** The block at a path. */
export function findBlock(list: BlockList, path: Path): Block | undefined {
  const key = path.join("\0");
  for (const block of list.blocks) {
    if (block.path.join("\0") === key) return block;
    for (const inner of "lists" in block ? block.lists : []) {
      const found = findBlock(inner, path);
      if (found) return found;
    }
  }
  return undefined;
}

/** The block that shows a field. */
export function blockOfField(list: BlockList, field: string): Block | undefined {
  for (const block of list.blocks) {
    if (block.kind === "field" && block.field === field) return block;
    for (const inner of "lists" in block ? block.lists : []) {
      const found = blockOfField(inner, field);
      if (found) return found;
    }
  }
  return undefined;
}

/** One step up or down for a block, leaving its list at the ends; null where nothing is further. */
export function stepTarget(
  root: BlockList,
  path: Path,
  by: -1 | 1,
): { parent: Path; index: number } | null {
  const index = path[path.length - 1];
  const parent = path.slice(0, -1);
  if (typeof index !== "number") return null;
  const list = allLists(root).find(([one]) => one.path.join("\0") === parent.join("\0"))?.[0];
  if (!list) return null;
  const wanted = index + by;
  if (wanted >= 0 && wanted < list.blocks.length) return { parent, index: wanted };
  return outward(root, parent, by);
}

/** `index` for a gesture: it counts in the target once the block has been taken out. */
export function dropIndex(from: Path, parent: Path, gap: number): number {
  const same = from.slice(0, -1).join("\0") === parent.join("\0");
  const index = from[from.length - 1];
  return same && typeof index === "number" && index < gap ? gap - 1 : gap;
}

function blockOf(item: Data, path: Path): Block[] {
  if (typeof item === "string") return [{ kind: "field", path, field: item }];
  if (!isMap(item)) return [];
  const [kind, body] = Object.entries(item)[0] ?? ["", null];
  const inside = [...path, kind];
  switch (kind) {
    case "heading":
    case "text":
      return [{ kind, path, words: inside }];
    case "section":
      return [{ kind, path, options: inside, lists: sectionLists(body ?? null, inside) }];
    case "columns":
      return [{ kind, path, options: inside, lists: columnLists(body ?? null, inside) }];
    case "tabs":
      return [{ kind, path, options: inside, lists: tabLists(body ?? null, inside) }];
    default:
      return [];
  }
}

function sectionLists(body: Data, path: Path): BlockList[] {
  if (Array.isArray(at(body, ["columns"]))) return columnLists(at(body, ["columns"])!, [...path, "columns"]);
  const key = Array.isArray(at(body, ["blocks"])) ? "blocks" : "fields";
  return [listOf(listAt(body, [key]), [...path, key])];
}

function columnLists(body: Data, path: Path): BlockList[] {
  return (Array.isArray(body) ? body : []).map((column, index) =>
    listOf(Array.isArray(column) ? column : [], [...path, index]),
  );
}

function tabLists(body: Data, path: Path): BlockList[] {
  return Object.entries(isMap(body) ? body : {}).map(([id, tab]) => ({
    ...listOf(listAt(tab, ["blocks"]), [...path, id, "blocks"]),
    title: [...path, id, "title"],
    id,
  }));
}

function listOf(items: Data[], path: Path): BlockList {
  return { path, blocks: items.flatMap((item, index) => blockOf(item, [...path, index])) };
}

/** Out of the list at `parent`: before or behind the box it belongs to. */
function outward(root: BlockList, parent: Path, by: -1 | 1): { parent: Path; index: number } | null {
  const neighbour = sibling(root, parent, by);
  if (neighbour) {
    return { parent: neighbour.path, index: by === 1 ? 0 : neighbour.blocks.length };
  }
  const box = boxAround(root, parent);
  const index = box?.path[box.path.length - 1];
  if (!box || typeof index !== "number") return null;
  return { parent: box.path.slice(0, -1), index: by === 1 ? index + 1 : index };
}

/** The next list of the same box: the next column, the previous tab. */
function sibling(root: BlockList, parent: Path, by: -1 | 1): BlockList | undefined {
  const box = boxAround(root, parent);
  const place = box?.lists.findIndex((list) => list.path.join("\0") === parent.join("\0")) ?? -1;
  return place < 0 ? undefined : box?.lists[place + by];
}

function boxAround(root: BlockList, parent: Path): BoxBlock | undefined {
  for (const [list] of allLists(root)) {
    for (const block of list.blocks) {
      if ("lists" in block && block.lists.some((one) => one.path.join("\0") === parent.join("\0"))) {
        return block;
      }
    }
  }
  return undefined;
}

export const asKey = (path: readonly Step[]): string => JSON.stringify(path);

/** Where a block stands after `move_in_layout` with these arguments. */
export function pathAfterMove(from: Path, parent: Path, index: number): Path {
  return [...withoutBlock(parent, from), index];
}

/** `path` once the block at `gone` has been taken out: later ones of its list have moved up. */
function withoutBlock(path: Path, gone: Path): Path {
  const depth = gone.length - 1;
  const step = path[depth];
  const taken = gone[depth];
  const isInside = gone.slice(0, depth).every((one, place) => one === path[place]);
  if (!isInside || typeof step !== "number" || typeof taken !== "number" || step < taken) return path;
  return [...path.slice(0, depth), step - 1, ...path.slice(depth + 1)];
}
