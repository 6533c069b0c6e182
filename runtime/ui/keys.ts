/** Moving through the rows of a list by keys, and pressing what names a key for itself. */
import { tickRow } from "./rows";

/** Moves the focus to the next or the previous row's name. */
export function moveRow(page: ParentNode, step: 1 | -1): void {
  const links = rowLinks(page);
  const at = links.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
}

/** Marks or unmarks the row that has the focus. */
export function selectRow(page: ParentNode): void {
  tickRow(focusedRow(page));
}

/** Opens the row that has the focus. */
export function openRow(page: ParentNode): void {
  focusedRow(page)?.querySelector<HTMLAnchorElement>(".table__name a")?.click();
}

/** Presses or focuses the element that says `data-key="e"`; whether there is one. */
export function pressKey(page: ParentNode, key: string): boolean {
  const named = page.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!named) return false;
  if (named instanceof HTMLInputElement) named.focus();
  else named.click();
  return true;
}

function rowLinks(page: ParentNode): HTMLAnchorElement[] {
  return [...page.querySelectorAll<HTMLAnchorElement>("[data-keys] tbody .table__name a")];
}

function focusedRow(page: ParentNode): HTMLTableRowElement | null {
  const at = document.activeElement;
  return at && page.contains(at) ? at.closest<HTMLTableRowElement>("[data-keys] tbody tr") : null;
}
