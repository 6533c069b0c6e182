/** The form designer: palette, layout, outline and preview, and the panel of what is selected. */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import type { SectionProps } from "../frame/section";
import { asksToAdd, isTyping } from "../frame/keys";
import { Icon } from "../icons";
import { asKey, type Block, hiddenFields, layoutOf, stepTarget } from "../model/layout";
import { at } from "../model/tree";
import { AddDialog } from "../parts/AddDialog";
import { useWords } from "../words";
import { FieldPalette, useAddables } from "./FieldPalette";
import { FormOutline } from "./FormOutline";
import { FormPanel } from "./FormPanel";
import { focusBlock, focusKey, focusSelected } from "./focus";
import { selectedBlock, selectionOf, type Target, targetBehind } from "./gestures";
import { LayoutCanvas } from "./LayoutCanvas";
import { MoveDialog } from "./MoveDialog";
import { Preview } from "./Preview";
import { useDrops, useGestures } from "./use_gestures";

type View = "layout" | "outline" | "preview";

export default function FormDesigner({ id }: SectionProps) {
  const { say } = useWords();
  const app = useApp();
  if (id === null || at(app, ["forms", id]) === undefined) {
    return (
      <div className="empty">
        <p>{say(id === null ? "parts.choose" : "parts.gone")}</p>
      </div>
    );
  }
  return <Form form={id} />;
}

function Form({ form }: { form: string }) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const designer = useDesigner();
  const selected = useDesign((state) => state.selected);
  const layout = useMemo(() => layoutOf(app, form), [app, form]);
  const block = selectedBlock(layout, form, selected);
  const [view, setView] = useState<View>("layout");
  const [isAdding, setAdding] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const [renaming, setRenaming] = useState<string | null>(null);
  const addables = useAddables();
  const root = useRef<HTMLDivElement>(null);
  const gestures = useGestures(form, root);

  const add = useCallback(
    (what: string, target?: Target) => gestures.add(what, target ?? targetBehind(layout, block)),
    [gestures, layout, block],
  );
  useDrops(add, gestures.move);

  const onKey = (event: KeyboardEvent, on: Block): void => {
    const act = keyed(event, {
      open: () => gestures.open(on),
      rename: () => setRenaming(asKey(selectionOf(form, on))),
      remove: () => void gestures.remove(on),
      duplicate: () => void gestures.duplicate(on),
      step: (by) => {
        const target = stepTarget(layout, on.path, by);
        if (target) void gestures.move(on.path, target.parent, target.index);
      },
      focus: (by) => focusBlock(root.current, event.currentTarget as HTMLElement, by),
    });
    if (act) event.preventDefault();
  };

  return (
    // biome-ignore lint: keys of the whole designer; every one has a button too
    <div
      className="form-designer"
      ref={root}
      onKeyDown={(event) => {
        if (asksToAdd(event)) {
          event.preventDefault();
          setAdding(true);
        } else if (event.key === "Escape" && !isTyping(event)) {
          focusSelected(root.current, selected);
        }
      }}
    >
      <FieldPalette onAdd={(what) => void add(what)} />
      <section className="form-designer__middle" aria-label={say("form.canvas")}>
        <div className="toolbar">
          <h2 dir="auto">{read(at(app, ["forms", form, "title"]), form)}</h2>
          <button type="button" className="btn" onClick={() => setAdding(true)} aria-keyshortcuts="A /">
            <Icon name="plus" /> {say("add.open")}
          </button>
          <div className="toolbar__end" role="group" aria-label={say("form.view")}>
            {(["layout", "outline", "preview"] as const).map((one) => (
              <button
                key={one}
                type="button"
                className="btn btn--quiet"
                aria-pressed={view === one}
                onClick={() => setView(one)}
              >
                {say(`view.${one}`)}
              </button>
            ))}
          </div>
        </div>
        {view === "layout" && (
          <LayoutCanvas
            layout={layout}
            form={form}
            onSelect={(one) => designer.select(selectionOf(form, one))}
            onKey={onKey}
            renaming={renaming}
            onRenamed={() => {
              const path = renaming;
              setRenaming(null);
              setTimeout(() => path && focusKey(root.current, path), 0);
            }}
          />
        )}
        {view === "outline" && <FormOutline layout={layout} form={form} gestures={gestures} />}
        {view === "preview" && <Preview form={form} />}
        <HiddenFields form={form} />
      </section>
      <FormPanel
        form={form}
        block={block}
        onRemove={(one) => void gestures.remove(one)}
        onDuplicate={(one) => void gestures.duplicate(one)}
        onMove={() => setMoving(true)}
      />
      {isAdding && (
        <AddDialog
          title={say("add.title")}
          choices={addables}
          onPick={(what) => void add(what)}
          onClose={() => setAdding(false)}
        />
      )}
      {isMoving && block && (
        <MoveDialog layout={layout} block={block} onMove={gestures.move} onClose={() => setMoving(false)} />
      )}
    </div>
  );
}

/** Fields that no block shows: easily forgotten, so they stand below the layout. */
function HiddenFields({ form }: { form: string }) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const designer = useDesigner();
  const fields = hiddenFields(app, form);
  if (!fields.length) return null;
  return (
    <section className="hidden-fields" aria-label={say("layout.not_shown")}>
      <h3>{say("layout.not_shown")}</h3>
      {fields.map((field) => (
        <button
          key={field}
          type="button"
          className="btn"
          dir="auto"
          onClick={() => designer.select(["forms", form, "fields", field])}
        >
          {read(at(app, ["forms", form, "fields", field, "title"]), field)}
        </button>
      ))}
    </section>
  );
}

interface KeyActs {
  open: () => void;
  rename: () => void;
  remove: () => void;
  duplicate: () => void;
  step: (by: -1 | 1) => void;
  focus: (by: -1 | 1) => void;
}

/** Do what a key on a block asks; whether it asked for anything. */
function keyed(event: KeyboardEvent, acts: KeyActs): boolean {
  const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
  if (by && event.altKey) acts.step(by);
  else if (by) acts.focus(by);
  else if (event.key === "Enter" || event.key === " ") acts.open();
  else if (event.key === "F2") acts.rename();
  else if (event.key === "Delete" || event.key === "Backspace") acts.remove();
  else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) acts.duplicate();
  else return false;
  return true;
}
