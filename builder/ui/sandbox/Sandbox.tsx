/** Try the draft: act as anybody, move the clock, see what happens and why. Nothing leaves. */
import { useCallback, useEffect, useState } from "react";
import { Refused } from "../api";
import { useDesign, useDesigner } from "../context";
import type { SectionProps } from "../frame/section";
import { Icon } from "../icons";
import { Skeleton } from "../page_states";
import { useWords } from "../words";
import { Cases } from "./Cases";
import { FormPanel } from "./FormPanel";
import { Happened } from "./Happened";
import type { Filling, Step, Trial, TrialState } from "./state";

const MOVES = ["next", "1h", "8h", "1d", "1w"] as const;

export default function Sandbox(_: SectionProps) {
  const { say } = useWords();
  const { api } = useDesigner();
  const revision = useDesign((state) => state.draft.revision);
  const [trial, setTrial] = useState<TrialState | null>(null);
  const [filling, setFilling] = useState<Filling | null>(null);
  const [refusal, setRefusal] = useState("");

  const attempt = useCallback(
    async (call: Promise<TrialState>): Promise<void> => {
      try {
        setTrial(await call);
        setRefusal("");
      } catch (error) {
        const isGone = error instanceof Refused && error.status === 404;
        if (isGone) setTrial({ is_open: false });
        setRefusal(sentenceOf(error, say("load.no_connection")));
      }
    },
    [say],
  );
  // The sandbox keeps what it was opened with; a later gesture only makes it stale.
  // biome-ignore lint: a new revision asks anew
  useEffect(() => void attempt(api.sandbox("")), [api, attempt, revision]);

  const open = (seeds: boolean, at: string): void => {
    setFilling(null);
    void attempt(api.sandboxAct<Trial>("open", { seeds, at }));
  };
  const show = (next: Trial): void => {
    setTrial(next);
    setFilling(null);
    setRefusal("");
  };
  if (trial === null) return refusal ? <p role="alert">{refusal}</p> : <Skeleton />;
  if (!trial.is_open) return <Start refusal={refusal} onOpen={open} />;
  const step = (one: Step): void => {
    void attempt(api.sandboxAct<Trial>("step", { as: trial.who, step: one }));
  };
  const answer = (one: Step, text: string): Promise<void> =>
    attempt(api.sandboxAct<Trial>("step", { as: trial.who, step: one, answer: text }));
  const actAs = (who: string): void => {
    setFilling(null);
    void attempt(api.sandbox(who));
  };
  return (
    <div className="trial">
      <Controls trial={trial} onActAs={actAs} onStep={step} onRestart={(seeds) => open(seeds, "")} />
      <div className="trial__middle">
        {refusal && <p role="alert">{refusal}</p>}
        <div className="trial__acts">
          {trial.forms.map((form) => (
            <button
              key={form.id}
              type="button"
              className="btn"
              onClick={() => setFilling({ kind: "form", form })}
            >
              <Icon name="plus" /> {form.title}
            </button>
          ))}
        </div>
        {filling && (
          <FormPanel
            key={JSON.stringify(filling)}
            filling={filling}
            who={trial.who}
            onDone={show}
            onClose={() => setFilling(null)}
          />
        )}
        <Cases cases={trial.cases} who={trial.who} onFill={setFilling} onStep={step} />
      </div>
      <Happened trial={trial} onAnswer={answer} />
    </div>
  );
}

function sentenceOf(error: unknown, otherwise: string): string {
  if (!(error instanceof Refused)) return otherwise;
  const first = error.problems[0];
  return first ? `${first.path}: ${first.message}` : error.message;
}

function Start({ refusal, onOpen }: { refusal: string; onOpen: (seeds: boolean, at: string) => void }) {
  const { say } = useWords();
  const [hasSeeds, setSeeds] = useState(false);
  const [at, setAt] = useState("");
  return (
    <div className="page-body page-body--narrow">
      <h2>{say("section.sandbox")}</h2>
      <p>{say("sandbox.what")}</p>
      {refusal && <p role="alert">{refusal}</p>}
      <form
        className="trial__start"
        onSubmit={(event) => {
          event.preventDefault();
          onOpen(hasSeeds, at.replace("T", " "));
        }}
      >
        <label className="field">
          <span className="field__label">{say("sandbox.begins")}</span>
          <input
            className="input"
            type="datetime-local"
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        </label>
        <label className="choice">
          <input
            type="checkbox"
            checked={hasSeeds}
            onChange={(event) => setSeeds(event.currentTarget.checked)}
          />
          {say("sandbox.seeds")}
        </label>
        <button className="btn btn--primary" type="submit">
          <Icon name="play" /> {say("sandbox.start")}
        </button>
      </form>
    </div>
  );
}

interface ControlsProps {
  trial: Trial;
  onActAs: (who: string) => void;
  onStep: (step: Step) => void;
  onRestart: (seeds: boolean) => void;
}

function Controls({ trial, onActAs, onStep, onRestart }: ControlsProps) {
  const { say } = useWords();
  const [hasSeeds, setSeeds] = useState(trial.has_seeds);
  return (
    <aside className="trial__controls" aria-label={say("sandbox.controls")}>
      <h2>{say("section.sandbox")}</h2>
      <label className="field">
        <span className="field__label">{say("sandbox.as")}</span>
        <select className="input" value={trial.who} onChange={(event) => onActAs(event.currentTarget.value)}>
          {trial.people.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name === one.title ? one.name : `${one.name} (${one.title})`}
            </option>
          ))}
        </select>
      </label>
      <section aria-label={say("sandbox.clock")}>
        <p className="trial__clock" aria-live="polite">
          <Icon name="clock" /> <time>{trial.now}</time>
        </p>
        <p className="muted">
          {trial.next_due ? say("sandbox.next_due", { when: trial.next_due }) : say("sandbox.no_timers")}
        </p>
        <div className="trial__acts">
          {MOVES.map((move) => (
            <button
              key={move}
              type="button"
              className="btn"
              disabled={move === "next" && !trial.next_due}
              onClick={() => onStep({ advance: move })}
            >
              {say(`sandbox.move_${move}`)}
            </button>
          ))}
        </div>
      </section>
      {trial.is_stale && <p className="notice notice--warning">{say("sandbox.stale")}</p>}
      <label className="choice">
        <input type="checkbox" checked={hasSeeds} onChange={(event) => setSeeds(event.currentTarget.checked)} />
        {say("sandbox.seeds")}
      </label>
      <button type="button" className="btn" onClick={() => onRestart(hasSeeds)}>
        <Icon name="refresh" /> {say("sandbox.restart")}
      </button>
    </aside>
  );
}
