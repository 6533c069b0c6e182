/** A node on the canvas: its kind, title, problems, and a handle for each way out. */
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { createContext, useContext } from "react";
import { useDesign, useRead, useAt } from "../context";
import { Icon } from "../icons";
import { type Boundary, type FlowNode, isBoundary, type Port } from "../model/graph";
import { at } from "../model/tree";
import { ChangedDot } from "../parts/ChangedDot";
import { ProblemCount, useProblemMark } from "../parts/ProblemCount";
import { useWords } from "../words";

export type BoxNode = Node<{ node: FlowNode; isStart: boolean }, "box">;

/** What pressing "+" on a way out does; and which side is onward. */
export const CanvasContext = createContext<{
  isRtl: boolean;
  addAt: (node: string, port: Port) => void;
}>({ isRtl: false, addAt: () => {} });

export function NodeBox({ data, selected }: NodeProps<BoxNode>) {
  const { node, isStart } = data;
  const { isRtl } = useContext(CanvasContext);
  const { say } = useWords();
  const read = useRead();
  const written = useAt(node.path);
  const { severity } = useProblemMark(node.path);
  const offered = useDesign((state) => state.palette.nodes).find((one) => one.type === node.type);
  const kind = offered?.label ?? node.type;
  const ways = node.ports.filter((port) => !isBoundary(port));
  const timers = node.ports.filter(isBoundary);
  return (
    <div
      className="flow-node"
      data-glyph={offered?.glyph ?? "box"}
      data-selected={selected || undefined}
      data-problem={severity}
      dir={isRtl ? "rtl" : "ltr"}
    >
      <Handle type="target" position={isRtl ? Position.Right : Position.Left} className="flow-node__in" />
      <div className="flow-node__head">
        <span className="flow-node__glyph">
          <Icon name={offered?.icon ?? "box"} />
        </span>
        <div className="flow-node__words">
          <span className="flow-node__title" dir="auto">
            {read(at(written, ["title"]), node.id)}
          </span>
          <span className="flow-node__kind">
            {kind}
            {isStart && ` · ${say("flow.start")}`}
          </span>
        </div>
        <ChangedDot path={node.path} />
        <ProblemCount path={node.path} />
      </div>
      <div className="flow-node__ways">
        {ways.map((port) => (
          <Way key={port.id} node={node.id} port={port} />
        ))}
      </div>
      {timers.length > 0 && (
        <div className="flow-node__timers">
          {timers.map((port) => (
            <BoundaryChip key={port.id} node={node.id} port={port} />
          ))}
        </div>
      )}
    </div>
  );
}

function Way({ node, port }: { node: string; port: Port }) {
  const { isRtl, addAt } = useContext(CanvasContext);
  const { say } = useWords();
  const words = usePortWords(port);
  return (
    <div className="flow-node__way" data-kind={port.kind}>
      <span dir="auto">{words}</span>
      {port.target === null && (
        <button
          type="button"
          className="flow-node__add nodrag"
          tabIndex={-1}
          aria-label={say("flow.add_behind", { name: words || node })}
          onClick={(event) => {
            event.stopPropagation();
            addAt(node, port);
          }}
        >
          <Icon name="plus" />
        </button>
      )}
      <Handle id={port.id} type="source" position={isRtl ? Position.Left : Position.Right} />
    </div>
  );
}

const glyphs: Record<Boundary, string> = { timer: "clock", message: "mail", error: "alert" };

function BoundaryChip({ node, port }: { node: string; port: Port & { kind: Boundary } }) {
  const { addAt } = useContext(CanvasContext);
  const { say } = useWords();
  const words = usePortWords(port);
  return (
    <div className="flow-node__timer" title={words}>
      <Icon name={glyphs[port.kind]} />
      <span dir="auto">{port.hint || words}</span>
      {port.target === null && (
        <button
          type="button"
          className="flow-node__add nodrag"
          tabIndex={-1}
          aria-label={say("flow.add_behind", { name: words })}
          onClick={(event) => {
            event.stopPropagation();
            addAt(node, port);
          }}
        >
          <Icon name="plus" />
        </button>
      )}
      <Handle id={port.id} type="source" position={Position.Bottom} />
    </div>
  );
}

/** What a way out is called: the outcome's title, the condition, "otherwise". */
export function usePortWords(port: Port): string {
  const { say } = useWords();
  const read = useRead();
  const title = useAt(port.title ?? ["\0"]);
  if (port.title) return read(title, port.hint);
  if (port.kind === "path" && port.id !== "path-more") return port.hint || say("flow.otherwise");
  if (port.kind === "timer") return say("flow.after", { time: port.hint });
  if (port.kind === "message") return say("flow.on_message", { message: port.hint });
  if (port.kind === "error") return say("flow.on_error");
  if (port.kind === "race") return port.hint;
  return port.id.endsWith("-more") ? say("flow.one_more") : "";
}
