/** The canvas: the flow's graph on xyflow, every change told as a gesture. */
import "./canvas.css";
import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import {
  Background,
  type Connection,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  type ReactFlowInstance,
  useEdgesState,
  useNodesState,
} from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { useDesign, useDesigner } from "../context";
import { type FlowGraph, nodesNearStart, type Port, readingOrder, withPlaces } from "../model/graph";
import { isSame } from "../model/tree";
import { useWords } from "../words";
import { EdgeLine, type LineEdge } from "./EdgeLine";
import { connect, disconnect, type Spot } from "./gestures";
import { type BoxNode, CanvasContext, NodeBox } from "./NodeBox";
import type { Size } from "./tidy";

const nodeTypes = { box: NodeBox };
const edgeTypes = { line: EdgeLine };

interface Props {
  flow: string;
  graph: FlowGraph;
  onAdd: (node: string | null, port: Port | null, what?: string, spot?: Spot) => void;
  onRemove: (node: string) => void;
  /** Where the sizes of the nodes as drawn can be asked for. */
  sizes: { current: () => Map<string, Size> };
  /** How the palette, by mouse or finger, drops a kind of node at a point of the window. */
  dropAt: { current: (what: string, clientX: number, clientY: number) => void };
}

export function Canvas({ flow, graph, onAdd, onRemove, sizes, dropAt }: Props) {
  const { make, select } = useDesigner();
  const { say } = useWords();
  const selected = useDesign((state) => state.selected);
  const isRtl = document.documentElement.dir === "rtl";
  const [nodes, setNodes, onNodesChange] = useNodesState<BoxNode>([]);
  const [edges, setEdges, onEdgesChange] = useEdgesState<LineEdge>([]);
  const canvas = useRef<ReactFlowInstance<BoxNode, LineEdge> | null>(null);

  useEffect(() => {
    const drawn = drawnNodes(graph, isRtl);
    setNodes((before) =>
      drawn.map((node) => {
        const old = before.find((one) => one.id === node.id);
        const path = node.data.node.path;
        const isSelected = selected !== null && isSame(selected.slice(0, path.length), path);
        return { ...node, ...(old?.measured ? { measured: old.measured } : {}), selected: isSelected };
      }),
    );
    setEdges((before) => drawnEdges(graph, new Set(before.filter((one) => one.selected).map((one) => one.id))));
  }, [graph, isRtl, selected, setNodes, setEdges]);

  sizes.current = () =>
    new Map(
      nodes.map((node) => [
        node.id,
        { width: node.measured?.width ?? 200, height: node.measured?.height ?? 80 },
      ]),
    );

  const moved = (nodes_: readonly BoxNode[]): void => {
    const places = nodes_.map((node) => [
      node.id,
      [Math.round(isRtl ? -node.position.x : node.position.x), Math.round(node.position.y)],
    ]);
    void make({ op: "move_nodes", flow, places: Object.fromEntries(places) });
  };

  const connected = ({ source, sourceHandle, target }: Connection): void => {
    const port = graph.nodes.find((one) => one.id === source)?.ports.find((one) => one.id === sourceHandle);
    if (port) void make(connect(port, target));
  };

  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    return dropTargetForElements({
      element: box.current,
      canDrop: ({ source }) => source.data.kind === "new",
      onDrop: ({ source, location }) => {
        const { clientX, clientY } = location.current.input;
        dropAt.current(String(source.data.id), clientX, clientY);
      },
    });
  }, [dropAt]);
  dropAt.current = (what, clientX, clientY) => {
    if (!canvas.current) return;
    const at = canvas.current.screenToFlowPosition({ x: clientX, y: clientY });
    onAdd(null, null, what, { x: isRtl ? -at.x - 100 : at.x - 100, y: at.y - 30 });
  };

  const opening = useMemo(() => nodesNearStart(graph).map((id) => ({ id })), [graph]);
  const context = useMemo(() => ({ isRtl, addAt: onAdd }), [isRtl, onAdd]);
  return (
    <CanvasContext.Provider value={context}>
      <div className="flow-canvas" dir="ltr" ref={box}>
        <ReactFlow<BoxNode, LineEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onInit={(instance) => {
            canvas.current = instance;
          }}
          onNodeClick={(_, node) => select(node.data.node.path)}
          onPaneClick={() => select(null)}
          onNodeDragStop={(_, node, all) => moved(all.length ? all : [node])}
          onConnect={connected}
          onBeforeDelete={async (gone) => {
            for (const node of gone.nodes) onRemove(node.id);
            const ports = gone.nodes.length ? [] : gone.edges.flatMap((one) => (one.data ? [one.data.edge.port] : []));
            if (ports.length) void make(...ports.map(disconnect));
            // The answer of the server draws what is left.
            return false;
          }}
          deleteKeyCode={["Delete", "Backspace"]}
          edgesFocusable={false}
          disableKeyboardA11y
          fitView
          fitViewOptions={{ maxZoom: 1, minZoom: 0.65, padding: 0.12, nodes: opening }}
          minZoom={0.2}
          proOptions={{ hideAttribution: false }}
          ariaLabelConfig={{
            "controls.ariaLabel": say("flow.controls"),
            "controls.zoomIn.ariaLabel": say("flow.zoom_in"),
            "controls.zoomOut.ariaLabel": say("flow.zoom_out"),
            "controls.fitView.ariaLabel": say("flow.fit"),
            "minimap.ariaLabel": say("flow.map"),
          }}
        >
          <Background gap={20} />
          <Controls showInteractive={false} />
          <MiniMap pannable zoomable className="flow-canvas__map" />
        </ReactFlow>
      </div>
    </CanvasContext.Provider>
  );
}

/** Boxes in reading order, so that Tab goes the way the work goes. */
function drawnNodes(graph: FlowGraph, isRtl: boolean): BoxNode[] {
  const places = withPlaces(graph);
  return readingOrder(graph).flatMap((id) => {
    const node = graph.nodes.find((one) => one.id === id);
    const place = places.get(id);
    if (!node || !place) return [];
    const position = { x: isRtl ? -place.x : place.x, y: place.y };
    const data = { node, isStart: id === graph.start };
    return [{ id, type: "box" as const, position, data, ariaLabel: id }];
  });
}

function drawnEdges(graph: FlowGraph, selected: ReadonlySet<string>): LineEdge[] {
  return graph.edges.map((edge) => ({
    id: edge.id,
    type: "line" as const,
    source: edge.source,
    sourceHandle: edge.port.id,
    target: edge.target,
    data: { edge },
    selected: selected.has(edge.id),
    className: `flow-edge flow-edge--${edge.port.kind}`,
    markerEnd: { type: MarkerType.ArrowClosed },
  }));
}
