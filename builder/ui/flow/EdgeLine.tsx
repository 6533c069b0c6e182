/** An edge with its words and a "+" that puts a node into it. */
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { useContext } from "react";
import { Icon } from "../icons";
import type { FlowEdge } from "../model/graph";
import { useWords } from "../words";
import { CanvasContext } from "./NodeBox";

export type LineEdge = Edge<{ edge: FlowEdge }, "line">;

export function EdgeLine(props: EdgeProps<LineEdge>) {
  const { addAt } = useContext(CanvasContext);
  const { say } = useWords();
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 10, offset: 24 });
  const edge = props.data?.edge;
  return (
    <>
      <BaseEdge path={path} {...(props.markerEnd ? { markerEnd: props.markerEnd } : {})} interactionWidth={28} />
      {edge && (
        <EdgeLabelRenderer>
          <button
            type="button"
            tabIndex={-1}
            className="flow-edge__add nodrag nopan"
            data-selected={props.selected || undefined}
            aria-label={say("flow.insert", { from: edge.source, to: edge.target })}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onClick={(event) => {
              event.stopPropagation();
              addAt(edge.source, edge.port);
            }}
          >
            <Icon name="plus" />
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
