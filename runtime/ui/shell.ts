/**
 * The frame around every page: folding the menu, the drawer on phones, menus that close, keys.
 *
 * Everything here is a comfort: without it each of these is a link or a `<details>` of its own.
 */
import { moveRow, openRow, pressKey, selectRow } from "./keys";

type Act = () => void;

/** Wakes the buttons with `data-act` and the keys of the page. */
export function wakeShell(page: Document): void {
  const shell = page.querySelector<HTMLElement>(".shell");
  if (!shell) return;
  const acts: Record<string, Act> = {
    "fold-menu": () => foldMenu(shell),
    "open-menu": () => toggleDrawer(shell),
    panel: () => switchPanel(page, shell),
    palette: () => void openPalette(page),
    keys: () => page.querySelector<HTMLDialogElement>("#keys")?.showModal(),
  };
  page.addEventListener("click", (event) => {
    const target = event.target as Element;
    const act = target.closest<HTMLElement>("[data-act]")?.dataset["act"];
    if (act) acts[act]?.();
    closeOthers(page, target);
    closeDrawer(shell, target);
  });
  page.addEventListener("keydown", (event) => onKey(page, shell, acts, event));
}

/** Its element is loaded when a page first names it: a key pressed before that waits for it. */
async function openPalette(page: Document): Promise<void> {
  await customElements.whenDefined("dg-palette");
  page.dispatchEvent(new CustomEvent("dg:palette"));
}

function onKey(page: Document, shell: HTMLElement, acts: Record<string, Act>, event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    acts["palette"]?.();
    return;
  }
  if (event.key === "Escape") {
    closeOthers(page, page.body);
    if (shell.dataset["menu"] === "drawer") shell.dataset["menu"] = "full";
    return;
  }
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const moves: Record<string, Act> = {
    j: () => moveRow(page, 1),
    k: () => moveRow(page, -1),
    x: () => selectRow(page),
    o: () => openRow(page),
    "?": () => acts["keys"]?.(),
    "]": () => switchPanel(page, shell),
  };
  const move = moves[event.key];
  if (move) move();
  else if (!pressKey(page, event.key)) return;
  event.preventDefault();
}

/** Keys mean letters while somebody types or a dialog is open. */
function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as Element;
  return at.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function foldMenu(shell: HTMLElement): void {
  const state = shell.dataset["menu"] === "icons" ? "full" : "icons";
  shell.dataset["menu"] = state;
  document.cookie = `dougong_menu=${state}; path=/; max-age=31536000; samesite=lax`;
}

/** Shows or hides what stands beside a record; the next page remembers. */
function switchPanel(page: Document, shell: HTMLElement): void {
  const state = shell.dataset["panel"] === "closed" ? "open" : "closed";
  shell.dataset["panel"] = state;
  for (const button of page.querySelectorAll('[data-act="panel"]')) {
    button.setAttribute("aria-expanded", String(state === "open"));
  }
  document.cookie = `dougong_panel=${state}; path=/; max-age=31536000; samesite=lax`;
}

function toggleDrawer(shell: HTMLElement): void {
  const isOpen = shell.dataset["menu"] === "drawer";
  shell.dataset["menu"] = isOpen ? "full" : "drawer";
  if (!isOpen) shell.querySelector<HTMLElement>(".shell__menu a, .shell__menu summary")?.focus();
}

function closeDrawer(shell: HTMLElement, target: Element): void {
  const isOutside = !target.closest(".shell__menu, .shell__burger");
  if (shell.dataset["menu"] === "drawer" && isOutside) shell.dataset["menu"] = "full";
}

/** Of the small menus at most the one that was pressed stays open. */
function closeOthers(page: Document, target: Element): void {
  const mine = target.closest("details");
  for (const open of page.querySelectorAll<HTMLDetailsElement>(
    "details.person[open], details.filter[open], details.switcher[open], details.act[open]",
  )) {
    if (open !== mine && !open.contains(target)) open.open = false;
  }
}
