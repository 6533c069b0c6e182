/**
 * `<dg-signature>` around a file input: signing by hand, or by a typed name, in place of a picture.
 *
 * What is drawn or typed becomes the picture that the input sends, so without JavaScript, or for
 * who rather chooses one, the input takes any picture.
 */

const WIDTH = 600;
const HEIGHT = 180;
const INK = "#10182f"; // on white whatever the page looks like: it is printed and kept
const PAPER = "#ffffff";
const LINE_WIDTH = 2.5;
const LARGEST_TYPE = 64;

class SignaturePad extends HTMLElement {
  #canvas = document.createElement("canvas");
  #typed = document.createElement("input");
  #isDrawing = false;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input || this.#canvas.isConnected) return;
    this.#layOut(input);
    this.#wipe();
    this.#canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.#canvas.addEventListener(end, () => void this.#finish(input));
    }
    this.#typed.addEventListener("input", () => void this.#write(input));
    input.addEventListener("change", (event) => {
      if (event.isTrusted) this.#wipe(); // a picture was chosen: it is what counts
    });
  }

  #layOut(input: HTMLInputElement): void {
    this.#canvas.width = WIDTH;
    this.#canvas.height = HEIGHT;
    this.#canvas.className = "signature__pad";
    this.#canvas.setAttribute("aria-hidden", "true"); // who does not see it types their name
    const label = document.createElement("label");
    label.className = "field__help signature__name";
    this.#typed.className = "input";
    this.#typed.dir = "auto";
    this.#typed.maxLength = 80;
    this.#typed.autocomplete = "off";
    label.append(this.dataset["type"] ?? "", this.#typed);
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "btn btn--quiet";
    clear.textContent = this.dataset["clear"] ?? "";
    clear.addEventListener("click", () => {
      this.#wipe();
      put(input, null);
    });
    const hint = document.createElement("p");
    hint.className = "field__help";
    hint.textContent = this.dataset["draw"] ?? "";
    this.prepend(hint, this.#canvas, label, clear);
  }

  #begin(event: PointerEvent): void {
    if (this.#typed.value) this.#wipe();
    this.#isDrawing = true;
    this.#canvas.setPointerCapture(event.pointerId);
    const brush = this.#brush();
    brush.beginPath();
    brush.moveTo(...this.#place(event));
    event.preventDefault();
  }

  #draw(event: PointerEvent): void {
    if (!this.#isDrawing) return;
    const brush = this.#brush();
    brush.lineTo(...this.#place(event));
    brush.stroke();
  }

  async #finish(input: HTMLInputElement): Promise<void> {
    if (!this.#isDrawing) return;
    this.#isDrawing = false;
    put(input, await this.#picture());
  }

  async #write(input: HTMLInputElement): Promise<void> {
    const name = this.#typed.value;
    this.#wipe();
    this.#typed.value = name;
    if (!name.trim()) {
      put(input, null);
      return;
    }
    const brush = this.#brush();
    brush.font = `italic ${String(LARGEST_TYPE)}px cursive`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = INK;
    brush.fillText(name, WIDTH / 2, HEIGHT / 2, WIDTH - 40);
    put(input, await this.#picture());
  }

  #wipe(): void {
    this.#typed.value = "";
    const brush = this.#brush();
    brush.fillStyle = PAPER;
    brush.fillRect(0, 0, WIDTH, HEIGHT);
  }

  #brush(): CanvasRenderingContext2D {
    const brush = this.#canvas.getContext("2d");
    if (!brush) throw new Error("no canvas to sign on");
    brush.strokeStyle = INK;
    brush.lineWidth = LINE_WIDTH;
    brush.lineCap = "round";
    brush.lineJoin = "round";
    return brush;
  }

  /** Where the pointer is, in the canvas's own measure. */
  #place(event: PointerEvent): [number, number] {
    const box = this.#canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * WIDTH,
      ((event.clientY - box.top) / box.height) * HEIGHT,
    ];
  }

  #picture(): Promise<Blob | null> {
    return new Promise((resolve) => this.#canvas.toBlob(resolve, "image/png"));
  }
}

/** Gives the input the picture as if it had been chosen; null takes it away. */
function put(input: HTMLInputElement, picture: Blob | null): void {
  const files = new DataTransfer();
  if (picture) files.items.add(new File([picture], "signature.png", { type: "image/png" }));
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

customElements.define("dg-signature", SignaturePad);
