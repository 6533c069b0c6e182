/** Choosing rows of a list: counting them, all at once, and by the key x. */

/** Wakes the boxes of a list and the bar that says how many are ticked. */
export function wakeRows(page: Document): void {
  page.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches(".table__pick input")) return;
    if (box.matches("thead input")) tickAll(page, box.checked);
    tellCount(page);
  });
  const all = page.querySelector<HTMLElement>("thead .table__pick label");
  if (all) all.hidden = false; // only scripts can tick all of them
  tellCount(page); // a page that came back from the browser's memory may have ticked ones
}

/** Ticks or unticks a row's box; whether it has one. */
export function tickRow(row: ParentNode | null): boolean {
  const box = row?.querySelector<HTMLInputElement>(".table__pick input");
  box?.click();
  return box !== null && box !== undefined;
}

function boxes(page: ParentNode): HTMLInputElement[] {
  return [...page.querySelectorAll<HTMLInputElement>("tbody .table__pick input")];
}

function tickAll(page: ParentNode, isTicked: boolean): void {
  for (const box of boxes(page)) box.checked = isTicked;
}

function tellCount(page: ParentNode): void {
  const all = boxes(page);
  const ticked = all.filter((box) => box.checked).length;
  const head = page.querySelector<HTMLInputElement>("thead .table__pick input");
  if (head) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const row of all) row.closest("tr")?.setAttribute("aria-selected", String(row.checked));
  const count = page.querySelector<HTMLElement>(".bulk__count");
  if (count) count.textContent = ticked > 0 ? (count.dataset["words"] ?? "{count}").replace("{count}", String(ticked)) : "";
}
