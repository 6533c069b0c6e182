/** The flow designer's gestures, made of what the palette offers and the graph at hand. Pure. */
import type { Offered, Operation } from "../api";
import { blankNode, type FlowGraph, onwardPath, type Port, removedWith } from "../model/graph";
import { choicesOf } from "../model/references";
import { resolved, type Schema, schemaAt } from "../model/schema";
import { type Data, type DataMap, freeId, isMap, mapAt, type Path } from "../model/tree";
import { words } from "../form/gestures";

export interface Spot {
  x: number;
  y: number;
}

/** Add a node, on its own or behind a port; into an edge when the port has one. */
export function addNode(
  app: Data,
  schema: Schema,
  flow: string,
  offered: Offered,
  locale: string,
  spot: Spot,
  port: Port | null,
): { operation: Operation; node: string } {
  const node = freeId(offered.type, Object.keys(mapAt(app, ["flows", flow, "nodes"])));
  const path: Path = ["flows", flow, "nodes", node];
  const blank = named(app, schema, path, blankNode(offered.example));
  const definition = hasTitle(schema, app, path, blank)
    ? { ...withType(blank), title: words(app, offered.label, locale) }
    : blank;
  const operation: Operation = {
    op: "add_node",
    flow,
    node,
    definition,
    x: Math.round(spot.x),
    y: Math.round(spot.y),
    after: port?.path ?? null,
    onward: port?.target ? onwardPath(offered.example) : null,
  };
  return { operation, node };
}

/** Lead a port to a node. */
export const connect = (port: Port, target: string): Operation => ({
  op: "connect_nodes",
  path: port.path,
  target,
});

/** Take the edge of a port away. */
export const disconnect = (port: Port): Operation => ({
  op: "disconnect_nodes",
  path: removedWith(port),
});

/** Beside the node a port belongs to, below what stands there already. */
export function spotBehind(graph: FlowGraph, places: Map<string, Spot>, node: string): Spot {
  const from = places.get(node) ?? { x: 40, y: 60 };
  const spot = { x: from.x + 260, y: from.y };
  const taken = [...places.values()];
  while (taken.some((one) => Math.abs(one.x - spot.x) < 200 && Math.abs(one.y - spot.y) < 90)) {
    spot.y += 120;
  }
  return graph.nodes.length ? spot : { x: 40, y: 60 };
}

function withType(blank: DataMap): DataMap {
  const { type, ...rest } = blank;
  return { type: type ?? null, ...rest };
}

/** References of an example led to what this app has: its first role instead of the example's. */
function named(app: Data, schema: Schema, path: Path, blank: DataMap): DataMap {
  const own = schemaAt(schema, app, path.slice(0, -1)).additionalProperties as Schema | undefined;
  return renamed(app, schema, path, resolved(schema, own, blank), blank) as DataMap;
}

function renamed(app: Data, root: Schema, path: Path, schema: Schema, data: Data): Data {
  const kind = schema["x-reference"];
  if (typeof kind === "string" && typeof data === "string") {
    const choices = choicesOf(app, kind, path).map((one) => one.value);
    return choices.includes(data) ? data : (choices[0] ?? data);
  }
  if (Array.isArray(data)) {
    const item = resolved(root, schema.items);
    return data.map((one) => renamed(app, root, path, item, one));
  }
  if (!isMap(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const inner = resolved(root, propertyOf(root, schema, key), value);
      return [key, renamed(app, root, path, inner, value)];
    }),
  );
}

function propertyOf(root: Schema, schema: Schema, key: string): Schema | undefined {
  const own = schema.properties?.[key];
  if (own) return own;
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = resolved(root, branch).properties?.[key];
    if (found) return found;
  }
  const rest = schema.additionalProperties;
  return typeof rest === "object" ? rest : undefined;
}

function hasTitle(schema: Schema, app: Data, path: Path, blank: DataMap): boolean {
  const own = schemaAt(schema, app, path.slice(0, -1)).additionalProperties as Schema | undefined;
  return "title" in (resolved(schema, own, blank).properties ?? {});
}
