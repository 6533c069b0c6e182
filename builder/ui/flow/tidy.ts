/** Places for all nodes of a flow by ELK, which is large and loaded only when somebody tidies. */
import type { FlowGraph } from "../model/graph";

export interface Size {
  width: number;
  height: number;
}

/** Places by node, left to right, edges from top to bottom in the order they are written. */
export async function tidy(
  graph: FlowGraph,
  sizes: ReadonlyMap<string, Size>,
): Promise<Record<string, [number, number]>> {
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  const layout = await new Elk().layout({
    id: "flow",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": "90",
      "elk.spacing.nodeNode": "48",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    },
    children: graph.nodes.map((node) => ({
      id: node.id,
      ...(sizes.get(node.id) ?? { width: 200, height: 80 }),
    })),
    edges: graph.edges.map((edge) => ({
      id: edge.id,
      sources: [edge.source],
      targets: [edge.target],
      labels: [{ text: edge.port.hint, width: 90, height: 20 }],
    })),
  });
  return Object.fromEntries(
    (layout.children ?? []).map((child) => [
      child.id,
      [Math.round((child.x ?? 0) + 40), Math.round((child.y ?? 0) + 40)],
    ]),
  );
}
