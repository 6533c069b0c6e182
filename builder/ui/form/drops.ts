/** What is dragged comes down: on an edge of a block, or in a list. By mouse; `touch` is by finger. */
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { useEffect } from "react";
import { dropIndex } from "../model/layout";
import { type Path, startsWith } from "../model/tree";
import type { Target } from "./gestures";

export type Add = (what: string, target: Target) => Promise<void>;
export type Move = (path: Path, parent: Path, index: number) => Promise<void>;

export function useDrops(add: Add, move: Move): void {
  useEffect(
    () =>
      monitorForElements({
        onDrop: ({ source, location }) => {
          const over = location.current.dropTargets[0];
          const target = over && targetOf(over.data);
          const { kind, id, path } = source.data as { kind: string; id?: string; path?: Path };
          if (!target) return;
          if (kind === "new" && id) void add(id, target);
          else if (path) moveTo(path, target, move);
        },
      }),
    [add, move],
  );
}

/** Move a block to a target; into itself it does not go. */
export function moveTo(path: Path, target: Target, move: Move): void {
  if (startsWith(target.parent, path)) return;
  const gap = target.index ?? Number.MAX_SAFE_INTEGER;
  void move(path, target.parent, Math.min(dropIndex(path, target.parent, gap), 9999));
}

/** Above or below a block. */
export function besideBlock(block: Path, isBelow: boolean): Target | null {
  const index = block[block.length - 1];
  if (typeof index !== "number") return null;
  return { parent: block.slice(0, -1), index: isBelow ? index + 1 : index };
}

function targetOf(data: Record<string | symbol, unknown>): Target | null {
  if (data.list) return { parent: data.list as Path, index: null };
  return data.block ? besideBlock(data.block as Path, extractClosestEdge(data) === "bottom") : null;
}
