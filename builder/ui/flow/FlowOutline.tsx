/** The flow as a list in reading order: every way out with where it leads, all by keyboard. */
import { useDesign, useDesigner, useRead, useApp } from "../context";
import { Icon } from "../icons";
import { type FlowGraph, type FlowNode, type Port, readingOrder } from "../model/graph";
import { at, isSame } from "../model/tree";
import { ChangedDot } from "../parts/ChangedDot";
import { ProblemCount } from "../parts/ProblemCount";
import { useWords } from "../words";
import { connect, disconnect } from "./gestures";
import { usePortWords } from "./NodeBox";

interface Props {
  graph: FlowGraph;
  onAdd: (node: string | null, port: Port | null) => void;
  onRemove: (node: string) => void;
}

export function FlowOutline({ graph, onAdd, onRemove }: Props) {
  const { say } = useWords();
  const nodes = readingOrder(graph).flatMap((id) => graph.nodes.filter((one) => one.id === id));
  if (!nodes.length) return <p className="muted">{say("flow.no_nodes")}</p>;
  return (
    <ol className="outline flow-outline">
      {nodes.map((node) => (
        <Line key={node.id} node={node} graph={graph} onAdd={onAdd} onRemove={onRemove} />
      ))}
    </ol>
  );
}

function Line({ node, graph, onAdd, onRemove }: Props & { node: FlowNode }) {
  const { say } = useWords();
  const { select } = useDesigner();
  const name = useNodeName()(node);
  const kind = useDesign((state) => state.palette.nodes).find((one) => one.type === node.type);
  const isSelected = useDesign((state) => state.selected !== null && isSame(state.selected, node.path));
  return (
    <li>
      <div className="outline__line" data-selected={isSelected || undefined}>
        <button
          type="button"
          className="outline__name"
          aria-pressed={isSelected}
          onClick={() => select(node.path)}
        >
          <Icon name={kind?.icon ?? "box"} /> <span dir="auto">{name}</span>{" "}
          <span className="muted">{kind?.label ?? node.type}</span>
          <ProblemCount path={node.path} />
          <ChangedDot path={node.path} />
        </button>
        <button
          type="button"
          className="btn btn--quiet btn--icon"
          aria-label={say("flow.remove", { name })}
          onClick={() => onRemove(node.id)}
        >
          <Icon name="trash" />
        </button>
      </div>
      <ul className="outline">
        {node.ports.map((port) => (
          <Way key={port.id} node={node} port={port} graph={graph} onAdd={onAdd} />
        ))}
      </ul>
    </li>
  );
}

interface WayProps {
  node: FlowNode;
  port: Port;
  graph: FlowGraph;
  onAdd: Props["onAdd"];
}

function Way({ node, port, graph, onAdd }: WayProps) {
  const { say } = useWords();
  const { make } = useDesigner();
  const words = usePortWords(port);
  const nameOf = useNodeName();
  const change = (target: string): void => {
    if (target === "+") onAdd(node.id, port);
    else void make(target ? connect(port, target) : disconnect(port));
  };
  return (
    <li className="outline__way">
      <label>
        <span dir="auto">{words || say("flow.then")}</span>
        <select
          className="input"
          value={port.target ?? ""}
          onChange={(event) => change(event.currentTarget.value)}
        >
          <option value="">{say("flow.nowhere")}</option>
          {graph.nodes.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
          <option value="+">{say("flow.new_node")}</option>
        </select>
      </label>
    </li>
  );
}

/** What people call a node: its title, else its kind and id. */
export function useNodeName(): (node: FlowNode) => string {
  const app = useApp();
  const read = useRead();
  return (node) => read(at(app, [...node.path, "title"]), node.id);
}
