/** What came of it: the trace with its reasons, messages that did not leave, what waits, the test. */
import { useState } from "react";
import { useWords } from "../words";
import { Calls } from "./Calls";
import type { Line, Step, Trial } from "./state";

interface HappenedProps {
  trial: Trial;
  onAnswer: (step: Step, answer: string) => Promise<void>;
}

export function Happened({ trial, onAnswer }: HappenedProps) {
  const { say } = useWords();
  return (
    <aside className="trial__side" aria-label={say("sandbox.happened")}>
      <section className="card">
        <h3>{say("sandbox.trace")}</h3>
        {trial.trace.length === 0 && <p className="muted">{say("sandbox.nothing_yet")}</p>}
        {/* It scrolls by itself, so a keyboard must reach it. */}
        <ol className="plain-list trial__trace" aria-live="polite" aria-label={say("sandbox.trace")} tabIndex={0}>
          {[...trial.trace].reverse().map((line, index) => (
            <TraceLine key={trial.trace.length - index} line={line} />
          ))}
        </ol>
      </section>
      <section className="card">
        <h3>{say("sandbox.messages")}</h3>
        {trial.messages.length === 0 && <p className="muted">{say("sandbox.no_messages")}</p>}
        <ul className="plain-list">
          {trial.messages.map((one, index) => (
            <li key={index}>
              <details>
                <summary dir="auto">{one.subject}</summary>
                <p className="muted" dir="ltr">
                  {one.channel} · {one.to} · {one.at}
                </p>
                <p className="trial__body" dir="auto">
                  {one.body}
                </p>
              </details>
            </li>
          ))}
        </ul>
      </section>
      {trial.calls.length > 0 && <Calls calls={trial.calls} onAnswer={onAnswer} />}
      <section className="card">
        <h3>{say("sandbox.timers")}</h3>
        {trial.timers.length === 0 && <p className="muted">{say("sandbox.no_timers")}</p>}
        <ul className="plain-list">
          {trial.timers.map((one, index) => (
            <li key={index}>
              {one.due} <span dir="auto">{one.what}</span>
            </li>
          ))}
        </ul>
      </section>
      {trial.steps > 0 && <Kept text={trial.test} />}
    </aside>
  );
}

function TraceLine({ line }: { line: Line }) {
  return (
    <li className="trial__line" data-machine={line.is_machine || undefined}>
      <p>
        <span className="muted">{line.at}</span> {line.case && <code>{line.case}</code>}{" "}
        {!line.is_machine && <strong dir="auto">{line.who}</strong>} <span dir="auto">{line.sentence}</span>
      </p>
      {(line.changes.length > 0 || line.why.length > 0) && (
        <ul>
          {line.changes.map(([title, before, after]) => (
            <li key={title} dir="auto">
              {title}: {before && `${before} → `}
              {after || "–"}
            </li>
          ))}
          {line.why.map((reason, index) => (
            <li key={index} dir="auto">
              {reason}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Kept({ text }: { text: string }) {
  const { say } = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <section className="card">
      <h3>{say("sandbox.test")}</h3>
      <p className="muted">{say("sandbox.test_what")}</p>
      <textarea className="input trial__test" readOnly rows={8} dir="ltr" aria-label={say("sandbox.test")} value={text} />
      <button type="button" className="btn" onClick={() => void copy()}>
        {say(isCopied ? "sandbox.copied" : "sandbox.copy")}
      </button>
    </section>
  );
}
