/**
 * A flow as a graph: nodes, edges with the path of their `to`, ports for new edges, and the order
 * in which a reader meets the nodes. Pure; knows the written shape of edges, no node type.
 */
import { at, type Data, type DataMap, isMap, mapAt, type Path, textAt } from "./tree";

export interface FlowNode {
  id: string;
  path: Path;
  type: string;
  /** Null where the author gave no place. */
  place: { x: number; y: number } | null;
  ports: Port[];
}

/** Ways off a node that is waiting: its time is up, a message came, it failed. */
export type Boundary = "timer" | "message" | "error";
const boundaries: ReadonlySet<string> = new Set<Boundary>(["timer", "message", "error"]);

/** Whether a way is taken while the node waits, not when it is done. */
export const isBoundary = (port: Port): port is Port & { kind: Boundary } => boundaries.has(port.kind);

/** A place of a node from which an edge leaves or may leave. */
export interface Port {
  /** Unique within the node. */
  id: string;
  /** Path of the edge's `to`, or of its item in a list of targets. */
  path: Path;
  /** Where the words of the port stand (an outcome's title), if anywhere. */
  title?: Path;
  /** What to show where no words stand: an outcome's id, a condition. */
  hint: string;
  kind: "next" | "outcome" | "path" | "branch" | "race" | Boundary;
  target: string | null;
}

export interface FlowEdge {
  id: string;
  source: string;
  port: Port;
  target: string;
}

export interface FlowGraph {
  nodes: FlowNode[];
  edges: FlowEdge[];
  start: string;
}

/** The graph of a flow. `ends` are the types without a way on, by the examples of the palette. */
export function graphOf(app: Data | undefined, flow: string, ends: ReadonlySet<string>): FlowGraph {
  const base: Path = ["flows", flow];
  const written = mapAt(app, [...base, "nodes"]);
  const nodes = Object.entries(written).map(([id, node]) => ({
    id,
    path: [...base, "nodes", id],
    type: textAt(node, ["type"]),
    place: placeOf(at(app, [...base, "canvas", id])),
    ports: portsOf(isMap(node) ? node : {}, [...base, "nodes", id], ends),
  }));
  const known = new Set(nodes.map((node) => node.id));
  const edges = nodes.flatMap((node) =>
    node.ports
      .filter((port) => port.target !== null && known.has(port.target))
      .map((port) => ({
        id: `${node.id}:${port.id}`,
        source: node.id,
        port,
        target: port.target as string,
      })),
  );
  const start = textAt(app, [...base, "start"]) || nodes[0]?.id || "";
  return { nodes, edges, start };
}

/** Node ids in reading order: from the start along the edges, what is not reached at the end. */
export function readingOrder(graph: FlowGraph): string[] {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    next.set(edge.source, [...(next.get(edge.source) ?? []), edge.target]);
  }
  const seen: string[] = [];
  const queue = [graph.start, ...graph.nodes.map((node) => node.id)];
  const visit = (id: string): void => {
    const waiting = [id];
    while (waiting.length) {
      const current = waiting.shift() as string;
      if (seen.includes(current) || !graph.nodes.some((node) => node.id === current)) continue;
      seen.push(current);
      waiting.push(...(next.get(current) ?? []));
    }
  };
  for (const id of queue) visit(id);
  return seen;
}

/** Places for nodes the author gave none: by their distance from the start, a column each. */
export function withPlaces(graph: FlowGraph): Map<string, { x: number; y: number }> {
  const depth = depths(graph);
  const inColumn = new Map<number, number>();
  const places = new Map<string, { x: number; y: number }>();
  for (const id of readingOrder(graph)) {
    const node = graph.nodes.find((one) => one.id === id);
    const column = depth.get(id) ?? 0;
    const row = inColumn.get(column) ?? 0;
    inColumn.set(column, row + 1);
    places.set(id, node?.place ?? { x: 40 + column * 260, y: 60 + row * 140 });
  }
  return places;
}

// What a canvas shows at a size one can still read: of a small flow everything, of a larger one the
// first steps whole rather than all of them cut.
const SMALL = 800;
const IN_SIGHT = 540;

/** The nodes one sees first: all of a small flow, those around the start of a larger one. */
export function nodesNearStart(graph: FlowGraph): string[] {
  const places = withPlaces(graph);
  const start = places.get(graph.start);
  const away = [...places].map(([id, place]): [string, number] => [
    id,
    start ? Math.max(Math.abs(place.x - start.x), Math.abs(place.y - start.y)) : 0,
  ]);
  const isSmall = away.every(([, distance]) => distance <= SMALL);
  return away.filter(([, distance]) => isSmall || distance <= IN_SIGHT).map(([id]) => id);
}

/** What is taken away with an edge: its `to`, or the whole condition it is the end of. */
export function removedWith(port: Port): Path {
  return port.kind === "path" ? port.path.slice(0, -1) : port.path;
}

/** The `to` that a new node of this shape leads on with, when it is put into an edge. */
export function onwardPath(example: DataMap): Path | null {
  if (typeof example.to === "string") return ["to"];
  const outcomes = Object.keys(mapAt(example, ["outcomes"]));
  return outcomes.length ? ["outcomes", outcomes[0] as string, "to"] : null;
}

/** A definition for a new node: the example without what only fits the example's own app. */
export function blankNode(example: DataMap): DataMap {
  const blank: DataMap = {};
  for (const [key, value] of Object.entries(example)) {
    if (key === "to") continue;
    else if (key === "outcomes") blank[key] = blankOutcomes(mapAt(example, ["outcomes"]));
    else if (key === "paths") blank[key] = [];
    else if (key !== "title" && key !== "timers" && key !== "messages" && key !== "on_error" && key !== "form" && key !== "help") {
      blank[key] = value;
    }
  }
  return blank;
}

function blankOutcomes(outcomes: DataMap): DataMap {
  return Object.fromEntries(
    Object.entries(outcomes).map(([id, outcome]): [string, DataMap] => {
      const title = at(outcome, ["title"]);
      return [id, title === undefined ? {} : { title }];
    }),
  );
}

function portsOf(node: DataMap, path: Path, ends: ReadonlySet<string>): Port[] {
  const ports: Port[] = [
    ...outcomePorts(node, path),
    ...pathPorts(node, path),
    ...racePorts(node, path),
    ...nextPorts(node, path),
  ];
  if (!ports.length && !ends.has(textAt(node, ["type"]))) ports.push(nextPort([...path, "to"], null));
  return [
    ...ports,
    ...boundaryPorts(node, path, "timers", "timer", "after"),
    ...boundaryPorts(node, path, "messages", "message", "message"),
    ...errorPorts(node, path),
  ];
}

function outcomePorts(node: DataMap, path: Path): Port[] {
  return Object.entries(mapAt(node, ["outcomes"])).map(([id, outcome]) => ({
    id: `outcome-${id}`,
    path: [...path, "outcomes", id, "to"],
    title: [...path, "outcomes", id, "title"],
    hint: id,
    kind: "outcome",
    target: textAt(outcome, ["to"]) || null,
  }));
}

function pathPorts(node: DataMap, path: Path): Port[] {
  const paths = Array.isArray(node.paths) ? node.paths : null;
  if (!paths) return [];
  const written = paths.map((one, index) => ({
    id: `path-${index}`,
    path: [...path, "paths", index, "to"],
    hint: textAt(one, ["when"]),
    kind: "path" as const,
    target: textAt(one, ["to"]) || null,
  }));
  const more: Port = {
    id: "path-more",
    path: [...path, "paths", paths.length, "to"],
    hint: "",
    kind: "path",
    target: null,
  };
  return [...written, more];
}

function nextPorts(node: DataMap, path: Path): Port[] {
  if (Array.isArray(node.to)) {
    const branches = node.to.map((target, index) => ({
      id: `branch-${index}`,
      path: [...path, "to", index],
      hint: "",
      kind: "branch" as const,
      target: typeof target === "string" ? target : null,
    }));
    const more: Port = {
      id: "branch-more",
      path: [...path, "to"],
      hint: "",
      kind: "branch",
      target: null,
    };
    return [...branches, more];
  }
  return typeof node.to === "string" ? [nextPort([...path, "to"], node.to)] : [];
}

function nextPort(path: Path, target: string | null): Port {
  return { id: "next", path, hint: "", kind: "next", target };
}

/** What a wait waits for at once: the first that happens leads on. */
function racePorts(node: DataMap, path: Path): Port[] {
  return (Array.isArray(node.race) ? node.race : []).map((one, index) => ({
    id: `race-${index}`,
    path: [...path, "race", index, "to"],
    hint: ["after", "until", "message", "when"].map((key) => textAt(one, [key])).find(Boolean) ?? "",
    kind: "race",
    target: textAt(one, ["to"]) || null,
  }));
}

function boundaryPorts(node: DataMap, path: Path, key: string, kind: Boundary, said: string): Port[] {
  return Object.entries(mapAt(node, [key])).map(([id, one]) => ({
    id: `${kind}-${id}`,
    path: [...path, key, id, "to"],
    hint: textAt(one, [said]) || id,
    kind,
    target: textAt(one, ["to"]) || null,
  }));
}

function errorPorts(node: DataMap, path: Path): Port[] {
  if (!isMap(node.on_error)) return [];
  const to = [...path, "on_error", "to"];
  return [{ id: "error", path: to, hint: "", kind: "error", target: textAt(node.on_error, ["to"]) || null }];
}

function placeOf(written: Data | undefined): { x: number; y: number } | null {
  if (!Array.isArray(written)) return null;
  const [x, y] = written.map(Number);
  return Number.isFinite(x) && Number.isFinite(y) ? { x: x as number, y: y as number } : null;
}

function depths(graph: FlowGraph): Map<string, number> {
  const depth = new Map([[graph.start, 0]]);
  const queue = [graph.start];
  while (queue.length) {
    const id = queue.shift() as string;
    for (const edge of graph.edges.filter((one) => one.source === id)) {
      if (depth.has(edge.target)) continue;
      depth.set(edge.target, (depth.get(id) ?? 0) + 1);
      queue.push(edge.target);
    }
  }
  return depth;
}
