/** The form designer's gestures, made of what is selected and what the palette offers. Pure. */
import type { Offered, Operation } from "../api";
import { type Block, type BlockList, blockOfField, findBlock } from "../model/layout";
import { choicesOf } from "../model/references";
import { resolved, type Schema, schemaAt } from "../model/schema";
import { localesOf } from "../model/texts";
import { type Data, type DataMap, freeId, mapAt, type Path } from "../model/tree";

export interface Target {
  parent: Path;
  index: number | null;
}

/** What the palette offers beside fields. */
export const layoutBlocks = ["section", "columns", "tabs", "heading", "text"] as const;
export type LayoutBlock = (typeof layoutBlocks)[number];

/** The selected block: a field by its id, anything else by its path. */
export function selectedBlock(layout: BlockList, form: string, selected: Path | null): Block | undefined {
  if (!selected) return undefined;
  const field = selectedField(form, selected);
  return field ? blockOfField(layout, field) : findBlock(layout, selected);
}

/** The field that a path is about. */
export function selectedField(form: string, selected: Path | null): string | null {
  if (!selected || selected[0] !== "forms" || selected[1] !== form || selected[2] !== "fields") return null;
  return typeof selected[3] === "string" ? selected[3] : null;
}

/** The path by which a block is selected. */
export function selectionOf(form: string, block: Block): Path {
  return block.kind === "field" ? ["forms", form, "fields", block.field] : block.path;
}

/** Behind the selected block, else at the end. */
export function targetBehind(layout: BlockList, block: Block | undefined): Target {
  const index = block?.path[block.path.length - 1];
  if (!block || typeof index !== "number") return { parent: layout.path, index: null };
  return { parent: block.path.slice(0, -1), index: index + 1 };
}

/** Add a field of an offered type; its id and what it takes from the example. */
export function addField(
  app: Data,
  schema: Schema,
  form: string,
  offered: Offered,
  target: Target,
  locale: string,
): { operation: Operation; field: string } {
  const taken = Object.keys(mapAt(app, ["forms", form, "fields"]));
  const field = freeId(offered.type, taken);
  const path: Path = ["forms", form, "fields", field];
  const definition = {
    ...fitted(app, schema, path, offered.example),
    title: words(app, offered.label, locale),
  };
  const { parent, index } = target;
  return { operation: { op: "add_field", form, field, definition, parent, index }, field };
}

/** Add a heading, a section, … with words to begin with. */
export function addBlock(
  app: Data,
  form: string,
  kind: LayoutBlock,
  label: string,
  target: Target,
  locale: string,
): Operation {
  const title = words(app, label, locale);
  const blocks: Record<LayoutBlock, unknown> = {
    section: { section: { title, fields: [] } },
    columns: { columns: [[], []] },
    tabs: { tabs: { first: { title, blocks: [] }, second: { title, blocks: [] } } },
    heading: { heading: title },
    text: { text: title },
  };
  const { parent, index } = target;
  return { op: "add_block", form, block: blocks[kind], parent, index };
}

/** Give a field another control: what the new one does not know goes, what it needs comes. */
export function convert(app: Data, schema: Schema, path: Path, offered: Offered): Operation[] {
  const known = schemaAt(schema, { ...(app as DataMap) }, path.slice(0, -1));
  const variant = resolved(schema, known.additionalProperties as Schema, { type: offered.type });
  const allowed = new Set(Object.keys(variant.properties ?? {}));
  const written = mapAt(app, path);
  const gone = Object.keys(written).filter((key) => !allowed.has(key) && key !== "type");
  const needed = Object.entries(fitted(app, schema, path, offered.example)).filter(
    ([key]) => variant.required?.includes(key) && !(key in written) && key !== "type",
  );
  return [
    ...gone.map((key) => ({ op: "delete", path: [...path, key] })),
    { op: "set_option", path: [...path, "type"], value: offered.type },
    ...needed.map(([key, value]) => ({ op: "set_option", path: [...path, key], value })),
  ];
}

/** An example that names only what this app has: the first form instead of the example's. */
export function fitted(app: Data, schema: Schema, path: Path, example: DataMap): DataMap {
  const own = schemaAt(schema, app, path.slice(0, -1)).additionalProperties as Schema | undefined;
  const variant = resolved(schema, own, example);
  const fit: DataMap = {};
  for (const [key, value] of Object.entries(example)) {
    const kind = resolved(schema, variant.properties?.[key])["x-reference"];
    if (typeof kind !== "string" || typeof value !== "string") {
      fit[key] = value;
      continue;
    }
    const choices = choicesOf(app, kind, path).map((one) => one.value);
    fit[key] = choices.includes(value) ? value : (choices[0] ?? value);
  }
  return fit;
}

/** A text in the reader's language, as an app of one or of several locales writes it. */
export function words(app: Data, text: string, locale: string): Data {
  const locales = localesOf(app);
  if (locales.length === 1) return text;
  return { [locales.includes(locale) ? locale : (locales[0] as string)]: text };
}

