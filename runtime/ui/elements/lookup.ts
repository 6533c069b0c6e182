/**
 * `<dg-lookup>` around a `<select>` of linked records: a combobox that asks the server.
 *
 * Without JavaScript the select stays, with the first records in it; its value is what is sent in
 * both cases.
 */
export interface Choice {
  id: string;
  title: string;
}

const WAIT_MS = 150;
let lastNumber = 0;

class Lookup extends HTMLElement {
  readonly #input = document.createElement("input");
  readonly #list = document.createElement("ul");
  #select: HTMLSelectElement | null = null;
  #timer = 0;
  #asked = 0;
  #at = -1;

  connectedCallback(): void {
    this.#select = this.querySelector("select");
    if (!this.#select || this.contains(this.#input)) return;
    this.#build(this.#select);
  }

  #build(select: HTMLSelectElement): void {
    const id = `lookup-${++lastNumber}`;
    const input = this.#input;
    input.className = "input";
    input.type = "text";
    input.dir = "auto";
    input.autocomplete = "off";
    input.placeholder = this.dataset["placeholder"] ?? "";
    input.id = select.id;
    select.removeAttribute("id");
    for (const name of ["aria-describedby", "aria-required", "aria-invalid"]) {
      const value = select.getAttribute(name);
      if (value) input.setAttribute(name, value);
    }
    input.disabled = select.disabled;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");
    this.#list.id = id;
    this.#list.className = "menu lookup__list plain";
    this.#list.setAttribute("role", "listbox");
    this.#list.hidden = true;
    select.hidden = true;
    this.append(input, this.#list);
    this.#showChosen();
    input.addEventListener("input", () => this.#later());
    input.addEventListener("focus", () => void this.#ask(""));
    input.addEventListener("blur", () => window.setTimeout(() => this.#leave(), 150));
    input.addEventListener("keydown", (event) => this.#onKey(event));
    // A disabled select is a field out of sight: the input follows it.
    new MutationObserver(() => (input.disabled = select.disabled)).observe(select, {
      attributeFilter: ["disabled"],
    });
  }

  #showChosen(): void {
    const chosen = this.#select?.selectedOptions[0];
    this.#input.value = chosen && chosen.value ? chosen.text : "";
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(this.#input.value), WAIT_MS);
  }

  async #ask(text: string): Promise<void> {
    const mine = ++this.#asked;
    const base = this.closest<HTMLElement>("[data-lookup]")?.dataset["lookup"];
    if (!base) return;
    const answer = await fetch(`${base}${this.dataset["field"]}?q=${encodeURIComponent(text)}`, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok || mine !== this.#asked || document.activeElement !== this.#input) return;
    this.#show((await answer.json()) as Choice[]);
  }

  #show(choices: Choice[]): void {
    this.#at = -1;
    this.#list.replaceChildren(...choices.map((one, index) => this.#option(one, index)));
    if (choices.length === 0) {
      const none = document.createElement("li");
      none.className = "menu__note";
      none.textContent = this.dataset["none"] ?? "";
      this.#list.append(none);
    }
    this.#open(true);
  }

  #option(one: Choice, index: number): HTMLLIElement {
    const entry = document.createElement("li");
    entry.id = `${this.#list.id}-${index}`;
    entry.className = "menu__entry";
    entry.dir = "auto";
    entry.setAttribute("role", "option");
    entry.dataset["id"] = one.id;
    entry.textContent = one.title;
    entry.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#choose(one);
    });
    return entry;
  }

  #choose(one: Choice): void {
    const select = this.#select;
    if (!select) return;
    if (![...select.options].some((option) => option.value === one.id)) {
      select.append(new Option(one.title, one.id));
    }
    select.value = one.id;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    this.#showChosen();
    this.#open(false);
  }

  #leave(): void {
    this.#open(false);
    // An emptied input empties the answer; any other text that was not chosen is taken back.
    if (this.#select && this.#input.value.trim() === "" && this.#select.value) {
      this.#select.value = "";
      this.#select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.#showChosen();
  }

  #onKey(event: KeyboardEvent): void {
    const entries = [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      this.#at = (this.#at + step + entries.length) % entries.length;
      this.#mark(entries);
      event.preventDefault();
    } else if (event.key === "Enter" && !this.#list.hidden && !event.ctrlKey) {
      const chosen = entries[this.#at];
      if (chosen) this.#choose({ id: chosen.dataset["id"] ?? "", title: chosen.textContent ?? "" });
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.#open(false);
    }
  }

  #mark(entries: HTMLElement[]): void {
    entries.forEach((entry, index) => {
      entry.setAttribute("aria-selected", String(index === this.#at));
      if (index === this.#at) {
        this.#input.setAttribute("aria-activedescendant", entry.id);
        entry.scrollIntoView({ block: "nearest" });
      }
    });
  }

  #open(isOpen: boolean): void {
    this.#list.hidden = !isOpen;
    this.#input.setAttribute("aria-expanded", String(isOpen));
  }
}

customElements.define("dg-lookup", Lookup);
