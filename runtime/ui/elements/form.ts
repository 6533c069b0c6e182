/**
 * `<dg-form>` around a form: live conditions, a draft in this browser, Ctrl+Enter, a word before
 * leaving. Without JavaScript the button "Update" applies the conditions on the server.
 */
import { fill, forget, keep, keepable, kept, sameDraft, type Control } from "../drafts";
import { answerOf, stateAfter, type FieldState, type Program } from "../live_form";

const KEEP_AFTER_MS = 600;

interface Written {
  value: unknown;
  words: ChildNode[];
}

class LiveForm extends HTMLElement {
  #form: HTMLFormElement | null = null;
  #program: Program | null = null;
  #first: [string, string][] = [];
  #timer = 0;
  /** By field: the last value that the server put into words, and these words. */
  #written = new Map<string, Written>();
  /** By field: what follows from the answers now. */
  #computed = new Map<string, unknown>();
  /** Whether a computed value is another than the one the server has put into words. */
  #isReworded = false;
  #changes = 0;
  #isSending = false;

  connectedCallback(): void {
    this.#form = this.querySelector("form");
    const form = this.#form;
    if (!form) return;
    const text = this.querySelector("[data-program]")?.textContent;
    this.#program = text ? (JSON.parse(text) as Program) : null;
    for (const button of this.querySelectorAll<HTMLElement>("[data-update]")) button.hidden = true;
    this.#first = this.#draft(asServed(form));
    // Somebody may have typed before this script arrived: that counts as any other change.
    const isTypedAlready = !sameDraft(this.#draft(), this.#first);
    if (!isTypedAlready) this.#restore();
    form.addEventListener("input", () => this.#changed());
    form.addEventListener("change", () => this.#changedOnServer());
    form.addEventListener("submit", () => this.#send());
    form.addEventListener("keydown", (event) => this.#onKey(event));
    window.addEventListener("beforeunload", (event) => this.#onLeave(event));
    document.querySelector<HTMLElement>("#problems")?.focus();
    if (isTypedAlready) this.#changed();
    else this.#apply();
  }

  #changed(): void {
    this.#changes += 1;
    this.#apply();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#keep(), KEEP_AFTER_MS);
  }

  #changedOnServer(): void {
    this.#changed();
    // Computed values are shown at once, and then as the server writes them; offline they stay.
    if (this.#program?.needs_server || this.#isReworded) void this.#ask().catch(() => undefined);
  }

  // --- live conditions ---

  #apply(): void {
    const program = this.#program;
    if (!program) return;
    const state = stateAfter(program, this.#answers(program));
    this.#isReworded = false;
    for (const [name, one] of Object.entries(state.fields)) this.#show(name, one);
    for (const [id, isVisible] of Object.entries(state.sections)) {
      // as on the server: without a field in sight a heading says nothing, whatever its condition
      for (const section of this.querySelectorAll<HTMLElement>(`[data-section="${id}"]`)) {
        section.hidden = !isVisible || !section.querySelector("[data-field]:not([hidden])");
      }
    }
  }

  #answers(program: Program): Record<string, unknown> {
    const form = this.#form;
    const answers: Record<string, unknown> = {};
    if (!form) return answers;
    // Fields out of sight are disabled and not in FormData: their answers count all the same
    // until the server clears them, so the controls themselves are read.
    for (const [name, kind] of Object.entries(program.kinds)) {
      if (kind === "money") {
        const amount = texts(form, `${name}.amount`);
        if (amount === null) continue;
        const number = answerOf("number", amount);
        const currency = texts(form, `${name}.currency`)?.at(-1) ?? "";
        answers[name] = number === null ? null : { amount: number, currency };
        continue;
      }
      const given = texts(form, name);
      if (given !== null) answers[name] = answerOf(kind, given);
    }
    return answers;
  }

  #show(name: string, state: FieldState): void {
    const field = this.querySelector<HTMLElement>(`[data-field="${name}"]`);
    if (!field) return;
    const isHidden = state.visible === false;
    if (state.visible !== undefined && isHidden !== Boolean(field.hidden)) {
      field.hidden = isHidden;
      for (const control of field.querySelectorAll<Control>("input, select, textarea")) {
        control.disabled = isHidden;
      }
    }
    if (state.required !== undefined) markRequired(field, state.required);
    if ("value" in state && !this.#program?.needs_server) this.#showComputed(name, field, state.value);
  }

  /** What the server has written stays while it holds: it knows the words, colours and digits. */
  #showComputed(name: string, field: HTMLElement, value: unknown): void {
    const output = field.querySelector("output");
    if (!output) return;
    const stored = { value: this.#program?.values[name], words: [...output.childNodes] };
    const written = this.#written.get(name) ?? stored;
    this.#written.set(name, written);
    this.#computed.set(name, value);
    if (isSame(value, written.value)) {
      output.replaceChildren(...written.words);
      return;
    }
    this.#isReworded = true;
    if (typeof value !== "boolean") output.textContent = shown(value, field);
  }

  /** Asks the server for the form as it follows from the answers; what is typed stays. */
  async #ask(): Promise<void> {
    const form = this.#form;
    if (!form) return;
    const changes = this.#changes;
    const body = new FormData(form);
    body.set("_act", "update");
    for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
    // Only the fields: a whole page would bring styles with another page's nonce.
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "fields" } });
    const text = await answer.text();
    // What was typed since is asked about in its turn: this would be the form as it was.
    if (!answer.ok || changes !== this.#changes) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const fresh of page.querySelectorAll<HTMLElement>("[data-field]")) {
      // a look-up inside its field bears the name too, but is never hidden by itself
      if (!fresh.parentElement?.closest("[data-field]")) this.#take(fresh);
    }
    // A task has a section twice, with what is filled in and with what is only read: in this order.
    const mine = this.querySelectorAll<HTMLElement>("[data-section]");
    for (const [at, fresh] of page.querySelectorAll<HTMLElement>("[data-section]").entries()) {
      const same = mine[at];
      if (same && same.dataset["section"] === fresh.dataset["section"]) same.hidden = fresh.hidden;
    }
  }

  #take(fresh: HTMLElement): void {
    const name = fresh.dataset["field"] ?? "";
    const mine = this.querySelector<HTMLElement>(`[data-field="${name}"]`);
    if (!mine) return;
    const output = mine.querySelector("output");
    const newer = fresh.querySelector("output");
    if (output && newer) {
      const words = [...newer.childNodes];
      output.replaceChildren(...words);
      if (this.#written.has(name)) this.#written.set(name, { value: this.#computed.get(name), words });
    }
    mine.hidden = Boolean(fresh.hidden);
    for (const control of mine.querySelectorAll<Control>("input, select, textarea")) {
      control.disabled = Boolean(fresh.hidden);
    }
    markRequired(mine, fresh.querySelector(".field__must") !== null);
  }

  // --- drafts ---

  #draft(form: HTMLFormElement | null = this.#form): [string, string][] {
    const sensitive = new Set((this.dataset["sensitive"] ?? "").split(" ").filter(Boolean));
    return form ? keepable(new FormData(form).entries(), sensitive) : [];
  }

  #keep(): void {
    const draft = this.#draft();
    const name = this.dataset["draft"] ?? "";
    if (sameDraft(draft, this.#first)) {
      forget(name);
      this.#say("");
    } else if (keep(name, draft, Date.now())) {
      this.#say(this.dataset["saved"] ?? "");
    }
  }

  #restore(): void {
    const draft = kept(this.dataset["draft"] ?? "", Date.now());
    // A refused form shows what was sent: the draft must not come over it.
    const isRefused = document.querySelector("#problems") !== null;
    if (!draft || isRefused || sameDraft(draft, this.#first) || !this.#form) return;
    fill(this.#form, draft);
    this.#offerFresh();
  }

  #offerFresh(): void {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.textContent = this.dataset["restored"] ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet";
    button.textContent = this.dataset["discard"] ?? "";
    button.addEventListener("click", () => {
      forget(this.dataset["draft"] ?? "");
      this.#isSending = true;
      window.location.reload();
    });
    notice.append(" ", button);
    this.prepend(notice);
  }

  #say(text: string): void {
    const state = this.querySelector("[data-state]");
    if (state) state.textContent = text;
  }

  // --- sending and leaving ---

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const button = this.querySelector<HTMLButtonElement>('[aria-keyshortcuts="Control+Enter"]');
    this.#form?.requestSubmit(button);
  }

  #send(): void {
    this.#isSending = true;
    window.clearTimeout(this.#timer);
    forget(this.dataset["draft"] ?? "");
  }

  #onLeave(event: BeforeUnloadEvent): void {
    if (this.#isSending || sameDraft(this.#draft(), this.#first)) return;
    event.preventDefault();
  }
}

/** The form as the server sent it, whatever was typed into it since. */
function asServed(form: HTMLFormElement): HTMLFormElement {
  const copy = form.cloneNode(true) as HTMLFormElement;
  copy.reset();
  return copy;
}

/** What the controls of a name hold; null where the page has none of that name. */
function texts(form: HTMLFormElement, name: string): string[] | null {
  const found = form.querySelectorAll<Control>(`[name="${CSS.escape(name)}"]`);
  if (found.length === 0) return null;
  return [...found].filter(isGiven).map((control) => control.value);
}

function isGiven(control: Control): boolean {
  const isBox = control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type);
  return !isBox || control.checked;
}

function markRequired(field: HTMLElement, isRequired: boolean): void {
  const label = field.querySelector(".field__label");
  const sign = label?.querySelector(".field__must");
  if (isRequired && label && !sign) {
    const fresh = document.createElement("span");
    fresh.className = "field__must";
    fresh.setAttribute("aria-hidden", "true");
    fresh.textContent = " *";
    label.append(fresh);
  } else if (!isRequired) {
    sign?.remove();
  }
  for (const control of field.querySelectorAll<Control>("input:not([type=hidden]), select, textarea")) {
    if (isRequired) control.setAttribute("aria-required", "true");
    else control.removeAttribute("aria-required");
  }
}

/** Whether two values of a record are one: 6 and 6.00 are. */
function isSame(one: unknown, other: unknown): boolean {
  const [a, b] = [one ?? "", other ?? ""];
  if (typeof a === "object" || typeof b === "object") return JSON.stringify(a) === JSON.stringify(b);
  if (String(a) === String(b)) return true;
  return a !== "" && b !== "" && Number(a) === Number(b);
}

function shown(value: unknown, field: HTMLElement): string {
  if (value === null || value === undefined) return "";
  const title = field.querySelector<HTMLElement>(`[data-option="${CSS.escape(String(value))}"]`);
  return title?.textContent ?? String(value);
}

customElements.define("dg-form", LiveForm);
