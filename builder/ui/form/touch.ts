/** The form's blocks and palette under a finger: where it would drop, and what dropping does. */
import type { Path } from "../model/tree";
import type { TouchDrag } from "../parts/touch_drag";
import { type Add, besideBlock, type Move, moveTo } from "./drops";
import type { Target } from "./gestures";

interface Place {
  element: HTMLElement;
  /** Undefined inside a list. */
  edge?: "top" | "bottom";
  target: Target;
}

export function touchDragOf(add: Add, move: Move): TouchDrag {
  return {
    sources: "[data-block], .offer__entry",
    over: (_, x, y) => mark(placeAt(x, y)),
    drop: (source, x, y) => {
      const target = placeAt(x, y)?.target;
      if (!target) return;
      const block = source.closest<HTMLElement>("[data-path]")?.dataset.path;
      if (source.dataset.add) void add(source.dataset.add, target);
      else if (block) moveTo(JSON.parse(block) as Path, target, move);
    },
    end: () => mark(null),
  };
}

/** The innermost block or list at a point of the window. */
function placeAt(x: number, y: number): Place | null {
  const under = document.elementFromPoint(x, y);
  const element = under?.closest<HTMLElement>(".layout__block, .layout__list");
  if (!element) return null;
  if (element.dataset.list) {
    return { element, target: { parent: JSON.parse(element.dataset.list) as Path, index: null } };
  }
  const box = element.getBoundingClientRect();
  const isBelow = y > box.top + box.height / 2;
  const target = besideBlock(JSON.parse(element.dataset.path ?? "[]") as Path, isBelow);
  return target && { element, edge: isBelow ? "bottom" : "top", target };
}

/** Show one place as where a drop would go, and no other. */
function mark(place: Place | null): void {
  for (const old of document.querySelectorAll<HTMLElement>(".layout [data-touched]")) {
    delete old.dataset.touched;
    delete old.dataset.edge;
    delete old.dataset.over;
  }
  if (!place) return;
  place.element.dataset.touched = "";
  if (place.edge) place.element.dataset.edge = place.edge;
  else place.element.dataset.over = "true";
}
