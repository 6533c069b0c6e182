/**
 * A page that shows how far long work is goes on with the next step as soon as it is there.
 *
 * Without it each step is a click on its button.
 */
export function goOn(page: Document): void {
  page.querySelector<HTMLFormElement>("form[data-go-on]")?.requestSubmit();
}
