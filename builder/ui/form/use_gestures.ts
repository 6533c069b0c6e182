/** The form designer's gestures, told to the server; then what came of it has the focus. */
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { useEffect, useMemo } from "react";
import type { Operation } from "../api";
import { useDesigner } from "../context";
import { asKey, type Block, dropIndex, layoutOf, pathAfterMove } from "../model/layout";
import { at, freeId, mapAt, type Path, startsWith } from "../model/tree";
import { useWords } from "../words";
import { focusKey } from "./focus";
import { addBlock, addField, type LayoutBlock, selectionOf, type Target } from "./gestures";

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

/** What is dragged comes down: on an edge of a block, or in a list. */
export function useDrops(
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
