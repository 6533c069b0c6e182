/**
 * Dragging by a finger: hold, move, let go. The drag events of a mouse know no fingers everywhere;
 * what is dragged and where it may go are the caller's.
 */
import { type RefObject, useEffect, useRef } from "react";

export interface TouchDrag {
  /** What can be taken hold of, as a selector. */
  sources: string;
  /** The finger is over this place; show where it would go. */
  over: (source: HTMLElement, x: number, y: number) => void;
  /** The finger let go here. */
  drop: (source: HTMLElement, x: number, y: number) => void;
  /** Nothing is dragged any more. */
  end: () => void;
}

const HOLD_MS = 350; // shorter is a scroll or a press
const SLOP_PX = 10;
const EDGE_PX = 64; // near the edge of what scrolls, it scrolls
const SCROLL_PX = 14;

/** Let fingers drag what stands below `root`. */
export function useTouchDrag(root: RefObject<HTMLElement | null>, drag: TouchDrag): void {
  const latest = useRef(drag);
  latest.current = drag;
  useEffect(() => {
    const element = root.current;
    return element ? listen(element, () => latest.current) : undefined;
  }, [root]);
}

interface Held {
  source: HTMLElement;
  x: number;
  y: number;
  timer: ReturnType<typeof setTimeout>;
  /** What follows the finger, once it is lifted. */
  ghost: HTMLElement | null;
}

function listen(root: HTMLElement, drag: () => TouchDrag): () => void {
  let held: Held | null = null;

  const letGo = (): void => {
    if (!held) return;
    clearTimeout(held.timer);
    held.ghost?.remove();
    held.source.removeAttribute("data-lifted");
    held.source.closest<HTMLElement>("[data-held]")?.setAttribute("draggable", "true");
    held.source.closest<HTMLElement>("[data-held]")?.removeAttribute("data-held");
    held = null;
    drag().end();
  };
  const start = (event: TouchEvent): void => {
    letGo();
    const source = (event.target as HTMLElement).closest<HTMLElement>(drag().sources);
    const finger = event.touches[0];
    if (!source || !finger || event.touches.length > 1) return;
    // The browser's own long press must not begin a second drag.
    const native = source.closest<HTMLElement>("[draggable=true]");
    native?.setAttribute("data-held", "");
    native?.setAttribute("draggable", "false");
    const timer = setTimeout(() => {
      if (held) held.ghost = lifted(held);
    }, HOLD_MS);
    held = { source, x: finger.clientX, y: finger.clientY, timer, ghost: null };
  };
  const move = (event: TouchEvent): void => {
    const finger = event.touches[0];
    if (!held || !finger) return;
    const { clientX: x, clientY: y } = finger;
    if (!held.ghost) {
      if (Math.hypot(x - held.x, y - held.y) > SLOP_PX) letGo();
      return;
    }
    event.preventDefault();
    held.ghost.style.translate = `${x}px ${y}px`;
    scrollNear(held.source, y);
    drag().over(held.source, x, y);
  };
  const end = (event: TouchEvent): void => {
    const finger = event.changedTouches[0];
    const source = held?.ghost ? held.source : null;
    letGo();
    if (!source || !finger) return;
    event.preventDefault(); // no press follows a drop
    drag().drop(source, finger.clientX, finger.clientY);
  };
  const keepMenuAway = (event: Event): void => {
    if (held) event.preventDefault();
  };

  root.addEventListener("touchstart", start, { passive: true });
  root.addEventListener("touchmove", move, { passive: false });
  root.addEventListener("touchend", end, { passive: false });
  root.addEventListener("touchcancel", letGo);
  root.addEventListener("contextmenu", keepMenuAway);
  return () => {
    letGo();
    root.removeEventListener("touchstart", start);
    root.removeEventListener("touchmove", move);
    root.removeEventListener("touchend", end);
    root.removeEventListener("touchcancel", letGo);
    root.removeEventListener("contextmenu", keepMenuAway);
  };
}

/** A label below the finger, so that one sees what is held. */
function lifted(held: Held): HTMLElement {
  held.source.setAttribute("data-lifted", "");
  const ghost = document.createElement("div");
  ghost.className = "drag-ghost";
  ghost.setAttribute("aria-hidden", "true");
  ghost.textContent = held.source.textContent?.trim().slice(0, 40) ?? "";
  ghost.style.translate = `${held.x}px ${held.y}px`;
  document.body.append(ghost);
  navigator.vibrate?.(10);
  return ghost;
}

function scrollNear(source: HTMLElement, y: number): void {
  const scroller = scrollerOf(source);
  const box = scroller.getBoundingClientRect();
  const top = Math.max(box.top, 0);
  const bottom = Math.min(box.bottom, window.innerHeight);
  if (y < top + EDGE_PX) scroller.scrollBy(0, -SCROLL_PX);
  else if (y > bottom - EDGE_PX) scroller.scrollBy(0, SCROLL_PX);
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let one = element.parentElement; one; one = one.parentElement) {
    const { overflowY } = getComputedStyle(one);
    if (one.scrollHeight > one.clientHeight && (overflowY === "auto" || overflowY === "scroll")) return one;
  }
  return document.documentElement;
}
