/** The panel of what is selected in the form designer: a field, a block, or the form itself. */
import { useApp, useAt, useDesign, useDesigner, useRead } from "../context";
import { Icon } from "../icons";
import type { Block } from "../model/layout";
import { optionsOf, schemaAt } from "../model/schema";
import { at, type Path, textAt } from "../model/tree";
import { IdInput } from "../parts/IdInput";
import { OptionEditor, OptionList } from "../parts/OptionEditor";
import { ProblemNotes } from "../parts/ProblemNotes";
import { ToolButton } from "../parts/ToolButton";
import { useWords } from "../words";
import { ConvertInput } from "./ConvertInput";
import { selectedField } from "./gestures";

interface Props {
  form: string;
  block: Block | undefined;
  onRemove: (block: Block) => void;
  onDuplicate: (block: Block) => void;
  onCopy: (block: Block) => void;
  onMove: () => void;
}

export function FormPanel({ form, block, onRemove, onDuplicate, onCopy, onMove }: Props) {
  const { say } = useWords();
  const selected = useDesign((state) => state.selected);
  const field = selectedField(form, selected);
  const isThere = useAt(["forms", form, "fields", field ?? ""]) !== undefined;
  return (
    <aside className="panel" aria-label={say("panel.title")}>
      {block && (
        <div className="toolbar panel__tools">
          <button type="button" className="btn" onClick={onMove}>
            {say("move.open")}
          </button>
          <ToolButton icon="copy" words={say("copy")} onPress={() => onCopy(block)} />
          <ToolButton icon="duplicate" words={say("duplicate")} onPress={() => onDuplicate(block)} />
          <ToolButton icon="trash" words={say("remove")} onPress={() => onRemove(block)} />
        </div>
      )}
      {field && isThere ? (
        <FieldPanel key={field} form={form} field={field} />
      ) : block && block.kind !== "field" ? (
        <BlockPanel block={block} />
      ) : (
        <WholeForm form={form} />
      )}
    </aside>
  );
}

// What most people set stands first; the rest one press away.
const first = ["title", "help", "placeholder", "options", "form", "required", "visible", "readonly"];

function FieldPanel({ form, field }: { form: string; field: string }) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const designer = useDesigner();
  const root = useDesign((state) => state.palette.schema);
  const path: Path = ["forms", form, "fields", field];
  const data = useAt(path);
  const options = optionsOf(root, schemaAt(root, app, path), data, path);
  const main = options.filter((one) => first.includes(one.key) || one.isRequired);
  main.sort((a, b) => rank(a.key) - rank(b.key));
  // What a field was before a rename is written by the rename.
  const rest = options.filter((one) => !main.includes(one) && one.key !== "was");
  const isOpen = rest.some((one) => one.isSet);
  return (
    <div className="panel__body">
      <h3 dir="auto">{read(at(data, ["title"]), field)}</h3>
      <ProblemNotes path={path} />
      {main.map((option) => (
        <OptionEditor key={option.key} option={option} />
      ))}
      <ConvertInput form={form} field={field} type={textAt(data, ["type"])} />
      <details className="panel__more" open={isOpen}>
        <summary>{say("panel.more")}</summary>
        <IdInput
          path={path}
          rename={(to) => ({ op: "rename_field", form, field, to })}
          onRenamed={(to) => designer.select(["forms", form, "fields", to])}
        />
        {rest.map((option) => (
          <OptionEditor key={option.key} option={option} />
        ))}
      </details>
    </div>
  );
}

const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length);

function BlockPanel({ block }: { block: Exclude<Block, { kind: "field" }> }) {
  const { say } = useWords();
  const root = useDesign((state) => state.palette.schema);
  const app = useApp();
  const path = "words" in block ? block.path : block.options;
  const data = useAt(path);
  // What stands inside the block is arranged on the canvas.
  const options = optionsOf(root, schemaAt(root, app, path), data, path).filter(
    (one) => !["fields", "columns", "blocks"].includes(one.key),
  );
  return (
    <div className="panel__body">
      <h3>{say(`block.${block.kind}`)}</h3>
      <ProblemNotes path={path} />
      {"words" in block ? (
        <OptionEditor
          option={{ key: "", path: block.words, schema: { title: say(`block.${block.kind}`) }, editor: "words", isRequired: true, isSet: true }}
        />
      ) : block.kind === "columns" ? (
        <p className="muted">{say("panel.columns")}</p>
      ) : block.kind === "tabs" ? (
        <OptionEditor
          option={{ key: "tabs", path, schema: schemaAt(root, app, path), editor: "map", isRequired: true, isSet: true }}
        />
      ) : (
        options.map((option) => <OptionEditor key={option.key} option={option} />)
      )}
    </div>
  );
}

/** Nothing selected: the options of the form itself, without what the canvas shows. */
function WholeForm({ form }: { form: string }) {
  const { say } = useWords();
  const designer = useDesigner();
  const root = useDesign((state) => state.palette.schema);
  const app = useApp();
  const path: Path = ["forms", form];
  const schema = schemaAt(root, app, path);
  const { fields: _f, layout: _l, was: _w, ...properties } = schema.properties ?? {};
  return (
    <div className="panel__body">
      <h3>{say("panel.form")}</h3>
      <ProblemNotes path={path} />
      <OptionList path={path} schema={{ ...schema, properties }} />
      <details className="panel__more">
        <summary>{say("panel.more")}</summary>
        <button
          type="button"
          className="btn"
          onClick={() => void designer.make({ op: "delete", path })}
        >
          <Icon name="trash" /> {say("panel.remove_form")}
        </button>
      </details>
    </div>
  );
}
