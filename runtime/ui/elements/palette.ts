/**
 * `<dg-palette data-source="/a/desk/find">`: Ctrl+K, a dialog that finds pages and records.
 *
 * The list is a listbox under the input (`aria-activedescendant`), as screen readers know it.
 */
export interface Hit {
  title: string;
  note: string;
  href: string;
}

const WAIT_MS = 120;

class Palette extends HTMLElement {
  readonly #dialog = document.createElement("dialog");
  readonly #input = document.createElement("input");
  readonly #list = document.createElement("ul");
  #timer = 0;
  #asked = 0;
  #at = 0;

  connectedCallback(): void {
    this.#build();
    document.addEventListener("dg:palette", () => this.#open());
  }

  #build(): void {
    this.#dialog.className = "dialog palette";
    this.#input.className = "input";
    this.#input.placeholder = this.dataset["hint"] ?? "";
    this.#input.setAttribute("role", "combobox");
    this.#input.setAttribute("aria-label", this.dataset["hint"] ?? "");
    this.#input.setAttribute("aria-controls", "palette-list");
    this.#input.setAttribute("aria-expanded", "true");
    this.#input.autocomplete = "off";
    this.#list.id = "palette-list";
    this.#list.className = "plain palette__list";
    this.#list.setAttribute("role", "listbox");
    this.#dialog.append(this.#input, this.#list);
    this.append(this.#dialog);
    this.#input.addEventListener("input", () => this.#later());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  #open(): void {
    if (this.#dialog.open) return;
    this.#input.value = "";
    this.#dialog.showModal();
    void this.#ask();
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), WAIT_MS);
  }

  async #ask(): Promise<void> {
    const mine = ++this.#asked;
    const source = this.dataset["source"] ?? "/find";
    const answer = await fetch(`${source}?q=${encodeURIComponent(this.#input.value)}`, {
      headers: { Accept: "application/json" },
    });
    // An older question may be answered after a newer one.
    if (!answer.ok || mine !== this.#asked) return;
    this.#show((await answer.json()) as Hit[]);
  }

  #show(hits: Hit[]): void {
    this.#at = 0;
    this.#list.replaceChildren(...hits.map((hit, index) => option(hit, index)));
    if (hits.length === 0) {
      const none = document.createElement("li");
      none.className = "menu__note";
      none.textContent = this.dataset["none"] ?? "";
      this.#list.append(none);
    }
    this.#mark();
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    const links = this.#list.querySelectorAll("a");
    if (step !== undefined && links.length > 0) {
      this.#at = (this.#at + step + links.length) % links.length;
      this.#mark();
      event.preventDefault();
    } else if (event.key === "Enter") {
      links[this.#at]?.click();
      event.preventDefault();
    }
  }

  #mark(): void {
    this.#list.querySelectorAll("a").forEach((link, index) => {
      const isHere = index === this.#at;
      link.setAttribute("aria-selected", String(isHere));
      if (isHere) {
        this.#input.setAttribute("aria-activedescendant", link.id);
        link.scrollIntoView({ block: "nearest" });
      }
    });
  }
}

function option(hit: Hit, index: number): HTMLLIElement {
  const entry = document.createElement("li");
  entry.setAttribute("role", "presentation");
  const link = document.createElement("a");
  link.id = `palette-${index}`;
  link.className = "menu__entry";
  link.href = hit.href;
  link.setAttribute("role", "option");
  link.tabIndex = -1;
  const title = document.createElement("span");
  title.dir = "auto";
  title.textContent = hit.title;
  const note = document.createElement("span");
  note.className = "faint";
  note.textContent = hit.note;
  link.append(title, note);
  entry.append(link);
  return entry;
}

customElements.define("dg-palette", Palette);
