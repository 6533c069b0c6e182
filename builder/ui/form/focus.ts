/** Moving the focus between the blocks that are drawn. */
import { asKey } from "../model/layout";
import type { Path } from "../model/tree";

/** The next or previous block in reading order. */
export function focusBlock(root: HTMLElement | null, from: HTMLElement, by: -1 | 1): void {
  const all = [...(root?.querySelectorAll<HTMLElement>("[data-block]") ?? [])];
  all[all.indexOf(from) + by]?.focus();
}

/** The block of a selection, by its key. */
export function focusKey(root: HTMLElement | null, key: string): void {
  root?.querySelector<HTMLElement>(`[data-block="${CSS.escape(key)}"]`)?.focus();
}

/** The selected block, if one is. */
export function focusSelected(root: HTMLElement | null, selected: Path | null): void {
  if (selected) focusKey(root, asKey(selected));
}
