/** `<dg-filter>`: offers a field's own options as values once a field of options is chosen. */
class Filter extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector<HTMLSelectElement>('[name="field"]');
    field?.addEventListener("change", () => this.#offer(field));
    if (field) this.#offer(field);
  }

  #offer(field: HTMLSelectElement): void {
    const options = readOptions(field.selectedOptions[0]?.dataset["options"]);
    const old = this.querySelector<HTMLInputElement | HTMLSelectElement>('[name="value"]');
    if (!old) return;
    old.replaceWith(options.length > 0 ? choice(options) : blank());
  }
}

/** `[["new", "New"], …]` as the server wrote it; nothing for what is no such list. */
export function readOptions(text: string | undefined): [string, string][] {
  if (!text) return [];
  const found: unknown = JSON.parse(text);
  return Array.isArray(found) ? (found as [string, string][]) : [];
}

function choice(options: [string, string][]): HTMLSelectElement {
  const select = document.createElement("select");
  select.name = "value";
  select.id = "filter-value";
  select.className = "input";
  select.append(...options.map(([id, title]) => new Option(title, id)));
  return select;
}

function blank(): HTMLInputElement {
  const input = document.createElement("input");
  input.name = "value";
  input.id = "filter-value";
  input.className = "input";
  input.dir = "auto";
  return input;
}

customElements.define("dg-filter", Filter);
