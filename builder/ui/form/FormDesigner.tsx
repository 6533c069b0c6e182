/** The form designer: palette, layout, outline and preview, and the panel of what is selected. */
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Operation } from "../api";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import type { SectionProps } from "../frame/Frame";
import { asksToAdd, isTyping } from "../frame/keys";
import { Icon } from "../icons";
import { asKey, type Block, dropIndex, hiddenFields, layoutOf, pathAfterMove, stepTarget } from "../model/layout";
import { at, freeId, mapAt, type Path, startsWith } from "../model/tree";
import { AddDialog } from "../parts/AddDialog";
import { useWords } from "../words";
import { FieldPalette, useAddables } from "./FieldPalette";
import { FormOutline } from "./FormOutline";
import { FormPanel } from "./FormPanel";
import { addBlock, addField, type LayoutBlock, selectedBlock, selectionOf, type Target, targetBehind } from "./gestures";
import { LayoutCanvas } from "./LayoutCanvas";
import { MoveDialog } from "./MoveDialog";
import { Preview } from "./Preview";

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

export type FormGestures = ReturnType<typeof useGestures>;

function useGestures(form: string, root: React.RefObject<HTMLDivElement | null>) {
  const designer = useDesigner();
  const { say } = useWords();
  return useMemo(() => {
    const { make, select, store } = designer;
    const state = () => store.getState();
    const then = async (operations: Operation[], selection: Path): Promise<void> => {
      if (!(await make(...operations))) return;
      select(selection);
      requestAnimationFrame(() => focusKey(root.current, asKey(selection)));
    };
    return {
      add: (what: string, target: Target): Promise<void> => {
        const { draft, palette, locale } = state();
        const [kind, type] = what.split(":") as [string, string];
        const offered = palette.fields.find((one) => one.type === type);
        if (kind === "field" && offered) {
          const made = addField(draft.data, palette.schema, form, offered, target, locale);
          return then([made.operation], ["forms", form, "fields", made.field]);
        }
        const label = say(`block.${type}`);
        const operation = addBlock(draft.data, form, type as LayoutBlock, label, target, locale);
        const count = layoutLength(draft.data, target.parent);
        return then([operation], [...target.parent, target.index ?? count]);
      },
      move: (path: Path, parent: Path, index: number): Promise<void> => {
        const moved = layoutOf(state().draft.data, form);
        const block = findAt(moved.blocks, path);
        const operation = { op: "move_in_layout", form, path, parent, index };
        const selection = block ? selectionOf(form, block) : path;
        return then([operation], block?.kind === "field" ? selection : pathAfterMove(path, parent, index));
      },
      remove: (block: Block): Promise<void> => {
        const operation =
          block.kind === "field"
            ? { op: "remove_field", form, field: block.field }
            : { op: "remove_block", form, path: block.path };
        return make(operation).then(() => select(null));
      },
      duplicate: async (block: Block): Promise<void> => {
        if (block.kind !== "field") return;
        const taken = Object.keys(mapAt(state().draft.data, ["forms", form, "fields"]));
        const copy = freeId(block.field, taken);
        const operation = { op: "duplicate_field", form, field: block.field, copy };
        await then([operation], ["forms", form, "fields", copy]);
      },
      open: (block: Block): void => {
        select(selectionOf(form, block));
        requestAnimationFrame(() => {
          root.current?.querySelector<HTMLElement>(".panel input, .panel textarea")?.focus();
        });
      },
    };
  }, [designer, form, root, say]);
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

function focusBlock(root: HTMLElement | null, from: HTMLElement, by: -1 | 1): void {
  const all = [...(root?.querySelectorAll<HTMLElement>("[data-block]") ?? [])];
  all[all.indexOf(from) + by]?.focus();
}

function focusKey(root: HTMLElement | null, key: string): void {
  root?.querySelector<HTMLElement>(`[data-block="${CSS.escape(key)}"]`)?.focus();
}

function focusSelected(root: HTMLElement | null, selected: Path | null): void {
  if (selected) focusKey(root, asKey(selected));
}

function findAt(blocks: readonly Block[], path: Path): Block | undefined {
  for (const block of blocks) {
    if (asKey(block.path) === asKey(path)) return block;
    if (!("lists" in block) || !startsWith(path, block.path)) continue;
    for (const list of block.lists) {
      const found = findAt(list.blocks, path);
      if (found) return found;
    }
  }
  return undefined;
}

function layoutLength(app: Parameters<typeof at>[0], parent: Path): number {
  const list = at(app, parent);
  return Array.isArray(list) ? list.length : 0;
}

/** What is dragged comes down: on an edge of a block, or in a list. */
function useDrops(
  add: (what: string, target: Target) => Promise<void>,
  move: (path: Path, parent: Path, index: number) => Promise<void>,
): void {
  useEffect(
    () =>
      monitorForElements({
        onDrop: ({ source, location }) => {
          const over = location.current.dropTargets[0];
          if (!over) return;
          const target = targetOf(over.data);
          if (!target) return;
          const { kind, id, path } = source.data as { kind: string; id?: string; path?: Path };
          if (kind === "new" && id) void add(id, target);
          else if (path && !startsWith(target.parent, path)) {
            const gap = target.index ?? Number.MAX_SAFE_INTEGER;
            void move(path, target.parent, Math.min(dropIndex(path, target.parent, gap), 9999));
          }
        },
      }),
    [add, move],
  );
}

function targetOf(data: Record<string | symbol, unknown>): Target | null {
  if (data.list) return { parent: data.list as Path, index: null };
  const block = data.block as Path | undefined;
  const index = block?.[block.length - 1];
  if (!block || typeof index !== "number") return null;
  const isBelow = extractClosestEdge(data) === "bottom";
  return { parent: block.slice(0, -1), index: isBelow ? index + 1 : index };
}
