/** The form designer's gestures, told to the server; then what came of it has the focus. */
import { useMemo } from "react";
import type { Operation } from "../api";
import { useDesigner } from "../context";
import { copyOfBlock, keep, kept, pasteInForm } from "../model/clipboard";
import { asKey, type Block, layoutOf, pathAfterMove } from "../model/layout";
import { at, freeId, mapAt, type Path, startsWith } from "../model/tree";
import { useWords } from "../words";
import { focusKey } from "./focus";
import { addBlock, addField, type LayoutBlock, selectionOf, type Target, targetBehind } from "./gestures";

export type FormGestures = ReturnType<typeof useGestures>;

/** The gestures of one form; `root` is where its blocks are drawn. */
export function useGestures(form: string, root: React.RefObject<HTMLDivElement | null>) {
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
      /** Keep a block for pasting; whether there was anything to keep. */
      copy: (block: Block): boolean => {
        const copied = copyOfBlock(state().draft.data, form, block);
        if (copied) keep(copied);
        return copied !== null;
      },
      paste: async (target: Target): Promise<void> => {
        const copied = kept();
        const pasted = copied && pasteInForm(state().draft.data, form, copied, target);
        if (pasted) await then([pasted.operation], pasted.selection);
      },
      duplicate: async (block: Block): Promise<void> => {
        const app = state().draft.data;
        if (block.kind === "field") {
          const copy = freeId(block.field, Object.keys(mapAt(app, ["forms", form, "fields"])));
          const operation = { op: "duplicate_field", form, field: block.field, copy };
          return then([operation], ["forms", form, "fields", copy]);
        }
        const copied = copyOfBlock(app, form, block);
        const behind = targetBehind({ path: [], blocks: [] }, block);
        const pasted = copied && pasteInForm(app, form, copied, behind);
        if (pasted) await then([pasted.operation], pasted.selection);
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
