/** A field edited where it stands: the focus goes into its control, Escape gives it up. */

/** Wakes the small forms that htmx puts in a field's place. */
export function wakeInPlace(page: Document): void {
  page.addEventListener("htmx:afterSettle", (event) => {
    const form = (event.target as Element).querySelector<HTMLElement>(".in-place");
    focusIn(form ?? ((event.target as Element).closest<HTMLElement>(".in-place")));
  });
  page.addEventListener("keydown", (event) => {
    const form = (event.target as Element).closest?.(".in-place");
    if (event.key !== "Escape" || !form) return;
    event.stopPropagation();
    form.querySelector<HTMLElement>("[data-cancel]")?.click();
  });
}

function focusIn(form: HTMLElement | null): void {
  if (!form || form.contains(document.activeElement)) return;
  // A look-up makes its input a moment later, so the label is asked for what it names.
  window.requestAnimationFrame(() => {
    const controls = form.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea");
    [...controls].find((one) => one.checkVisibility())?.focus();
  });
}
