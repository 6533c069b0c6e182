/** The panel of the flow designer: the selected node, or the flow itself. */
import { useApp, useAt, useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { optionsOf, schemaAt } from "../model/schema";
import { type Path, textAt } from "../model/tree";
import { IdInput } from "../parts/IdInput";
import { OptionEditor, OptionList } from "../parts/OptionEditor";
import { ProblemNotes } from "../parts/ProblemNotes";
import { ToolButton } from "../parts/ToolButton";
import { goTo } from "../place";
import { useWords } from "../words";

interface Props {
  flow: string;
  node: string | null;
  onRemove: (node: string) => void;
  onCopy: (node: string) => void;
  onDuplicate: (node: string) => void;
}

export function FlowPanel({ flow, node, ...acts }: Props) {
  const { say } = useWords();
  const isThere = useAt(["flows", flow, "nodes", node ?? ""]) !== undefined;
  return (
    <aside className="panel" aria-label={say("panel.title")}>
      {node && isThere ? (
        <NodePanel key={node} flow={flow} node={node} {...acts} />
      ) : (
        <WholeFlow flow={flow} />
      )}
    </aside>
  );
}

function NodePanel({ flow, node, onRemove, onCopy, onDuplicate }: Props & { node: string }) {
  const { say } = useWords();
  const { select, make } = useDesigner();
  const app = useApp();
  const root = useDesign((state) => state.palette.schema);
  const kinds = useDesign((state) => state.palette.nodes);
  const path: Path = ["flows", flow, "nodes", node];
  const data = useAt(path);
  const type = textAt(data, ["type"]);
  const isStart = useAt(["flows", flow, "start"]) === node;
  const options = optionsOf(root, schemaAt(root, app, path), data, path);
  return (
    <div className="panel__body">
      <div className="toolbar panel__tools">
        <h3>{kinds.find((one) => one.type === type)?.label ?? type}</h3>
        <div className="toolbar__end">
          {!isStart && (
            <button
              type="button"
              className="btn"
              onClick={() => void make({ op: "set_option", path: ["flows", flow, "start"], value: node })}
            >
              {say("flow.make_start")}
            </button>
          )}
          <ToolButton icon="copy" words={say("copy")} onPress={() => onCopy(node)} />
          <ToolButton icon="duplicate" words={say("duplicate")} onPress={() => onDuplicate(node)} />
          <ToolButton icon="trash" words={say("remove")} onPress={() => onRemove(node)} />
        </div>
      </div>
      <ProblemNotes path={path} />
      {options.map((option) => (
        <OptionEditor key={option.key} option={option} />
      ))}
      <details className="panel__more">
        <summary>{say("panel.more")}</summary>
        <IdInput
          path={path}
          rename={(to) => ({ op: "rename_node", flow, node, to })}
          onRenamed={(to) => select(["flows", flow, "nodes", to])}
        />
      </details>
    </div>
  );
}

/** Nothing selected: when the flow starts, and what it is called. */
function WholeFlow({ flow }: { flow: string }) {
  const { say } = useWords();
  const { make } = useDesigner();
  const app = useApp();
  const draftApp = useDesign((state) => state.draft.app);
  const root = useDesign((state) => state.palette.schema);
  const path: Path = ["flows", flow];
  const schema = schemaAt(root, app, path);
  const { nodes: _n, canvas: _c, ...properties } = schema.properties ?? {};
  const remove = async (): Promise<void> => {
    if (await make({ op: "delete", path })) goTo(draftApp, "flows");
  };
  return (
    <div className="panel__body">
      <h3>{say("panel.flow")}</h3>
      <ProblemNotes path={path} />
      <OptionList path={path} schema={{ ...schema, properties }} />
      <details className="panel__more">
        <summary>{say("panel.more")}</summary>
        <IdInput path={path} onRenamed={(to) => goTo(draftApp, "flows", to)} />
        <button type="button" className="btn" onClick={() => void remove()}>
          <Icon name="trash" /> {say("panel.remove_flow")}
        </button>
      </details>
    </div>
  );
}
