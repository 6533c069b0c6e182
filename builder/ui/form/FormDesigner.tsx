/** The form designer: palette, layout, outline and preview, and the panel of what is selected. */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import { asksToAdd, copied, isTyping } from "../frame/keys";
import type { SectionProps } from "../frame/section";
import { asKey, type Block, hiddenFields, layoutOf, stepTarget } from "../model/layout";
import { at } from "../model/tree";
import { AddDialog } from "../parts/AddDialog";
import { DesignerHead, NoPart } from "../parts/DesignerHead";
import { Offer } from "../parts/Offer";
import { useTouchDrag } from "../parts/touch_drag";
import { useCopied } from "../parts/use_copied";
import { useWords } from "../words";
import { useAddables } from "./addables";
import { useDrops } from "./drops";
import { FormOutline } from "./FormOutline";
import { FormPanel } from "./FormPanel";
import { focusBlock, focusKey, focusSelected } from "./focus";
import { selectedBlock, selectionOf, type Target, targetBehind } from "./gestures";
import { LayoutCanvas } from "./LayoutCanvas";
import { MoveDialog } from "./MoveDialog";
import { Preview } from "./Preview";
import { touchDragOf } from "./touch";
import { useGestures } from "./use_gestures";

const views = ["layout", "outline", "preview"] as const;

export default function FormDesigner({ id }: SectionProps) {
  const app = useApp();
  const isThere = id !== null && at(app, ["forms", id]) !== undefined;
  return isThere ? <Form form={id} /> : <NoPart id={id} />;
}

function Form({ form }: { form: string }) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const designer = useDesigner();
  const selected = useDesign((state) => state.selected);
  const layout = useMemo(() => layoutOf(app, form), [app, form]);
  const block = selectedBlock(layout, form, selected);
  const [view, setView] = useState<(typeof views)[number]>("layout");
  const [isAdding, setAdding] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const [renaming, setRenaming] = useState<string | null>(null);
  const addables = useAddables();
  const clipboard = useCopied();
  const root = useRef<HTMLDivElement>(null);
  const gestures = useGestures(form, root);

  const add = useCallback(
    (what: string, target?: Target) => gestures.add(what, target ?? targetBehind(layout, block)),
    [gestures, layout, block],
  );
  const paste = () => void gestures.paste(targetBehind(layout, block));
  useDrops(add, gestures.move);
  useTouchDrag(root, touchDragOf(add, gestures.move));

  const onBlockKey = (event: KeyboardEvent, on: Block): void => {
    const act = keyed(event, {
      open: () => gestures.open(on),
      rename: () => setRenaming(asKey(selectionOf(form, on))),
      remove: () => void gestures.remove(on),
      step: (by) => {
        const target = stepTarget(layout, on.path, by);
        if (target) void gestures.move(on.path, target.parent, target.index);
      },
      focus: (by) => focusBlock(root.current, event.currentTarget as HTMLElement, by),
    });
    if (act) event.preventDefault();
  };
  const onKey = (event: KeyboardEvent): void => {
    const act = copied(event, {
      copy: () => block && gestures.copy(block),
      cut: () => block && gestures.copy(block) && void gestures.remove(block),
      paste,
      duplicate: () => block && void gestures.duplicate(block),
    });
    if (act) event.preventDefault();
    else if (asksToAdd(event)) {
      event.preventDefault();
      setAdding(true);
    } else if (event.key === "Escape" && !isTyping(event)) {
      focusSelected(root.current, selected);
    }
  };

  return (
    // biome-ignore lint: keys of the whole designer; every one has a button too
    <div className="form-designer" ref={root} onKeyDown={onKey}>
      <Offer choices={addables} onAdd={(what) => void add(what)} />
      <section className="form-designer__middle" aria-label={say("form.canvas")}>
        <DesignerHead
          title={read(at(app, ["forms", form, "title"]), form)}
          onAdd={() => setAdding(true)}
          onPaste={clipboard && clipboard.kind !== "node" ? paste : undefined}
          views={views}
          view={view}
          onView={setView}
        />
        {view === "layout" && (
          <LayoutCanvas
            layout={layout}
            form={form}
            onSelect={(one) => designer.select(selectionOf(form, one))}
            onKey={onBlockKey}
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
        onCopy={(one) => gestures.copy(one)}
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
  else return false;
  return true;
}
