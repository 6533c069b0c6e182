/** Calls of other programs that did not leave, and the answer that whoever tries lets them give. */
import { useState } from "react";
import { useWords } from "../words";
import type { Call, Step } from "./state";

const ANSWERS = ["200", "422", "503"] as const;

interface CallsProps {
  calls: Call[];
  onAnswer: (step: Step, answer: string) => Promise<void>;
}

export function Calls({ calls, onAnswer }: CallsProps) {
  const { say } = useWords();
  const first = firstToAnswer(calls);
  return (
    <section className="card">
      <h3>{say("sandbox.calls")}</h3>
      <p className="muted">{say("sandbox.calls_what")}</p>
      <ul className="plain-list trial__calls">
        {calls.map((one) => (
          <li key={one.id} className="trial__call">
            <p className="trial__head">
              <strong dir="ltr">{one.subject}</strong>
              <span className={`badge badge--${TONES[one.state]}`}>{say(`sandbox.call_${one.state}`)}</span>
            </p>
            <p className="muted" dir="ltr">
              {one.connector} · {one.case && `${one.case} · `}
              <bdi>{one.at}</bdi>
            </p>
            {one.why && <p dir="auto">{one.why}</p>}
            <details>
              <summary>{say("sandbox.call_says")}</summary>
              <p className="trial__body" dir="ltr">
                <code>{one.url || "–"}</code>
              </p>
              {one.sent && (
                <pre className="trial__body" dir="ltr">
                  {one.sent}
                </pre>
              )}
            </details>
            {first.has(one.id) && <Answer call={one} onAnswer={onAnswer} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

const TONES = { waiting: "info", answered: "success", failed: "warning", given_up: "danger" } as const;

interface AnswerProps {
  call: Call;
  onAnswer: CallsProps["onAnswer"];
}

function Answer({ call, onAnswer }: AnswerProps) {
  const { say } = useWords();
  const [status, setStatus] = useState<string>(ANSWERS[0]);
  const [text, setText] = useState(call.sample);
  const send = (): void => {
    const about = { answer: call.connector, call: call.subject, status };
    const step: Step = call.case ? { ...about, on: call.case } : about;
    void onAnswer(step, status === ANSWERS[0] ? text : "");
  };
  return (
    <details className="trial__answer">
      <summary>{say("sandbox.answer")}</summary>
      <form
        className="trial__start"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label className="field">
          <span className="field__label">{say("sandbox.answers")}</span>
          <select className="input" value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            {ANSWERS.map((one) => (
              <option key={one} value={one}>
                {say(`sandbox.answer_${one}`)}
              </option>
            ))}
          </select>
        </label>
        {status === ANSWERS[0] && (
          <label className="field">
            <span className="field__label">{say("sandbox.answer_json")}</span>
            <textarea
              className="input trial__test"
              rows={6}
              dir="ltr"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </label>
        )}
        <button type="submit" className="btn btn--primary">
          {say("sandbox.answer_send")}
        </button>
      </form>
    </details>
  );
}

/** A step answers the oldest call of its kind that waits, else the oldest that failed: those have the form. */
export function firstToAnswer(calls: Call[]): Set<string> {
  const found = new Map<string, Call>();
  for (const one of [...calls].reverse()) {
    if (one.state === "answered" || !one.url) continue;
    const kind = JSON.stringify([one.connector, one.case, one.subject]);
    const known = found.get(kind);
    if (!known || (known.state !== "waiting" && one.state === "waiting")) found.set(kind, one);
  }
  return new Set([...found.values()].map((one) => one.id));
}
