/**
 * `<dg-upload>` around a file input: sends each file at once and shows how far it is.
 *
 * Without JavaScript the files travel with the form. A sent file is a ticked box with its id, so
 * taking it away again is unticking it.
 */
import { pageFact } from "../partial_updates";

interface Stored {
  id: string;
  name: string;
}

class Upload extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    input?.addEventListener("change", () => void this.#takeAll(input));
  }

  async #takeAll(input: HTMLInputElement): Promise<void> {
    const files = [...(input.files ?? [])];
    // What was sent here must not travel with the form a second time.
    input.value = "";
    for (const file of files) await this.#take(file);
  }

  async #take(file: File): Promise<void> {
    const line = this.#line(file.name);
    const maxMb = Number(this.dataset["maxMb"] ?? 0);
    if (maxMb > 0 && file.size > maxMb * 1024 * 1024) {
      this.#fail(line, this.dataset["large"] ?? "");
      return;
    }
    try {
      const stored = await this.#send(file, line.bar);
      line.entry.replaceWith(this.#ticked(stored));
      this.dispatchEvent(new Event("change", { bubbles: true }));
    } catch (error) {
      this.#fail(line, error instanceof Error && error.message ? error.message : (this.dataset["failed"] ?? ""));
    }
  }

  #send(file: File, bar: HTMLProgressElement): Promise<Stored> {
    const base = this.closest<HTMLElement>("[data-upload]")?.dataset["upload"] ?? "";
    const body = new FormData();
    body.append("file", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch cannot say how much was sent
      request.open("POST", base + (this.dataset["field"] ?? ""));
      request.setRequestHeader("X-CSRF-Token", pageFact("csrf-token"));
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.onerror = () => reject(new Error(""));
      request.onload = () => {
        if (request.status === 201) resolve(request.response as Stored);
        else reject(new Error(firstProblem(request.response)));
      };
      request.send(body);
    });
  }

  #line(name: string): { entry: HTMLElement; bar: HTMLProgressElement; note: HTMLElement } {
    const entry = document.createElement("div");
    entry.className = "stack";
    const note = document.createElement("span");
    note.className = "muted";
    note.dir = "auto";
    note.textContent = `${name} ${this.dataset["adding"] ?? ""}`;
    const bar = document.createElement("progress");
    bar.className = "progress";
    bar.max = 1;
    bar.value = 0;
    entry.append(note, bar);
    this.querySelector("[data-files]")?.append(entry);
    return { entry, bar, note };
  }

  #fail(line: { entry: HTMLElement; bar: HTMLProgressElement; note: HTMLElement }, text: string): void {
    line.bar.remove();
    line.note.className = "field__error";
    line.note.setAttribute("role", "alert");
    line.note.textContent = text;
  }

  #ticked(stored: Stored): HTMLElement {
    const label = document.createElement("label");
    label.className = "choice";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = this.dataset["field"] ?? "";
    box.value = stored.id;
    box.checked = true;
    const link = document.createElement("a");
    link.href = `/files/${encodeURIComponent(stored.id)}`;
    link.dir = "auto";
    link.textContent = stored.name;
    label.append(box, " ", link);
    return label;
  }
}

/** The sentence of the first problem in the one error shape, empty when there is none. */
export function firstProblem(answer: unknown): string {
  const error = (answer as { error?: { problems?: { message?: string }[]; message?: string } } | null)?.error;
  return error?.problems?.[0]?.message ?? error?.message ?? "";
}

customElements.define("dg-upload", Upload);
