/** A form of the trial as people will meet it: drawn by the server, sent as a step. */
import { useEffect, useRef, useState } from "react";
import { Refused } from "../api";
import { useDesigner } from "../context";
import { useWords } from "../words";
import { askedOf, type Filling, type FormFields, stepOf, type Trial, typedIn } from "./state";

interface FormPanelProps {
  filling: Filling;
  who: string;
  onDone: (trial: Trial) => void;
  onClose: () => void;
}

export function FormPanel({ filling, who, onDone, onClose }: FormPanelProps) {
  const { say } = useWords();
  const { api } = useDesigner();
  const [fields, setFields] = useState<FormFields | null>(null);
  const [refusal, setRefusal] = useState("");
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    let isGone = false;
    api.sandboxAct<FormFields>("form", { as: who, ...askedOf(filling) }).then(
      (found) => !isGone && setFields(found),
      (error: unknown) => !isGone && setRefusal(error instanceof Refused ? error.message : String(error)),
    );
    return () => {
      isGone = true;
    };
  }, [api, filling, who]);

  /** Conditions and computed values follow the answers so far. */
  const follow = async (): Promise<void> => {
    if (!form.current || filling.kind === "task") return;
    const typed = typedIn(new FormData(form.current));
    const asked = { as: who, ...askedOf(filling), typed };
    const fresh = await api.sandboxAct<FormFields>("form", asked).catch(() => null);
    if (fresh && form.current) takeOver(form.current, fresh.html);
  };

  const send = async (event: React.FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const button = (event.nativeEvent as SubmitEvent).submitter;
    const outcome = button instanceof HTMLButtonElement ? button.value : "";
    const typed = typedIn(new FormData(event.currentTarget));
    const target = event.currentTarget;
    try {
      const step = stepOf(filling, who, outcome);
      onDone(await api.sandboxAct<Trial>("step", { as: who, step, typed }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefusal(error.message);
      showProblems(target, error.problems);
    }
  };

  return (
    <section className="card trial__form" aria-label={titleOf(filling)}>
      <h3 dir="auto">{titleOf(filling)}</h3>
      {refusal && <p role="alert">{refusal}</p>}
      {fields && (
        <form ref={form} className="form" noValidate onSubmit={(event) => void send(event)} onChange={() => void follow()}>
          {fields.help && <p className="muted">{fields.help}</p>}
          {/* The server's own template, which escapes; our content security policy runs no script in it. */}
          <Fields html={fields.html} />
          <div className="form__actions">
            {(fields.outcomes ?? [{ id: "", title: say("sandbox.send") }]).map((one, index) => (
              <button key={one.id} className={index ? "btn" : "btn btn--primary"} value={one.id} type="submit">
                {one.title}
              </button>
            ))}
            <button className="btn btn--quiet" type="button" onClick={onClose}>
              {say("cancel")}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

function Fields({ html }: { html: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const drawn = new DOMParser().parseFromString(html, "text/html");
    for (const control of drawn.querySelectorAll("dg-upload")) keepHere(control);
    place.current?.replaceChildren(...drawn.body.childNodes);
    place.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }, [html]);
  return <div ref={place} className="form" />;
}

/** Nothing is sent anywhere from a trial: a plain control stands in for one that uploads. */
function keepHere(control: Element): void {
  for (const link of control.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  const plain = document.createElement("div");
  plain.replaceChildren(...control.childNodes);
  control.replaceWith(plain);
}

function titleOf(filling: Filling): string {
  if (filling.kind === "form") return filling.form.title;
  if (filling.kind === "record") return filling.record.title;
  return `${filling.task.title} · ${filling.record.title}`;
}

function takeOver(form: HTMLFormElement, html: string): void {
  const drawn = new DOMParser().parseFromString(html, "text/html");
  for (const fresh of drawn.querySelectorAll<HTMLElement>("[data-field], [data-section]")) {
    const { field, section } = fresh.dataset;
    const mine = form.querySelector<HTMLElement>(
      field ? `[data-field="${field}"]` : `[data-section="${section}"]`,
    );
    if (!mine) continue;
    mine.hidden = Boolean(fresh.hidden);
    if (!field) continue;
    const output = mine.querySelector("output");
    const newer = fresh.querySelector("output");
    if (output && newer) output.replaceChildren(...newer.childNodes);
    for (const control of mine.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
      control.disabled = Boolean(fresh.hidden);
    }
  }
}

/** Each sentence into the place that its field keeps for one. */
function showProblems(form: HTMLFormElement, problems: Refused["problems"]): void {
  for (const old of form.querySelectorAll(".field__error")) old.textContent = "";
  for (const one of problems) {
    const field = form.querySelector(`[data-field="${one.path.split(".")[0]}"]`);
    const note = field?.querySelector(".field__error");
    if (note && !note.textContent) note.textContent = one.message;
  }
  const wrong = [...form.querySelectorAll(".field__error")].find((note) => note.textContent);
  wrong?.closest("[data-field]")?.querySelector<HTMLElement>("input, select, textarea")?.focus();
}
