/** The draft's own tests: how each went, and what of the definition none of them comes by. */
import { useState } from "react";
import { type CoveredKind, Refused, type TestRun } from "../api";
import { useAt, useDesign, useDesigner } from "../context";
import type { SectionProps } from "../frame/section";
import { Icon } from "../icons";
import { isMap } from "../model/tree";
import { useOpenPart } from "../parts/open_part";
import { ProblemNote } from "../parts/ProblemNotes";
import { useWords } from "../words";

const KINDS: CoveredKind[] = ["node", "branch", "rule", "row"];

interface Result {
  revision: number;
  run: TestRun | null;
  refusal: string;
}

export default function Tests({ app }: SectionProps) {
  const { say } = useWords();
  const { api } = useDesigner();
  const revision = useDesign((state) => state.draft.revision);
  const written = useAt(["tests"]);
  const [isRunning, setRunning] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const count = isMap(written) ? Object.keys(written).length : 0;

  const run = async (): Promise<void> => {
    setRunning(true);
    try {
      setResult({ revision, run: await api.runTests(), refusal: "" });
    } catch (error) {
      const refusal = error instanceof Refused ? error.message : say("load.no_connection");
      setResult({ revision, run: null, refusal });
    }
    setRunning(false);
  };

  return (
    <div className="page-body page-body--narrow">
      <h2>{say("section.tests")}</h2>
      <p>{say("tests.what")}</p>
      <div className="trial__acts">
        <button type="button" className="btn btn--primary" disabled={isRunning} onClick={() => void run()}>
          <Icon name="play" /> {say("tests.run", { count })}
        </button>
        {isRunning && <span role="status">{say("tests.running")}</span>}
      </div>
      {result && result.revision !== revision && (
        <p className="notice notice--warning">{say("tests.stale")}</p>
      )}
      {result?.refusal && <p role="alert">{result.refusal}</p>}
      {result?.run && <Verdicts app={app} run={result.run} />}
      {result?.run && <Coverage app={app} coverage={result.run.coverage} />}
    </div>
  );
}

function Verdicts({ app, run }: { app: string; run: TestRun }) {
  const { say } = useWords();
  const openPart = useOpenPart(app);
  return (
    <ul className="plain-list" aria-label={say("tests.results")}>
      {run.tests.map((one) => (
        <li key={one.test} className="card">
          <p>
            <span className={one.failures.length ? "badge badge--danger" : "badge badge--success"}>
              {say(one.failures.length ? "tests.failed" : "tests.passed")}
            </span>{" "}
            <code>{one.test}</code>
          </p>
          {one.failures.map((failure) => (
            <ProblemNote
              key={`${failure.place} ${failure.message}`}
              problem={failure}
              onOpen={() => openPart(failure.path)}
            />
          ))}
        </li>
      ))}
    </ul>
  );
}

function Coverage({ app, coverage }: { app: string; coverage: TestRun["coverage"] }) {
  const { say } = useWords();
  const openPart = useOpenPart(app);
  return (
    <section className="card">
      <h3>{say("tests.coverage")}</h3>
      {KINDS.filter((kind) => coverage[kind].total > 0).map((kind) => {
        const { reached, total, missing } = coverage[kind];
        return (
          <details key={kind}>
            <summary>
              {say(`tests.kind_${kind}`)}{" "}
              <progress className="progress" max={total} value={reached} aria-hidden="true" />{" "}
              {say("tests.reached", { reached, total })}
            </summary>
            <ul className="plain-list">
              {missing.map((part) => (
                <li key={part.place}>
                  <button type="button" className="btn btn--quiet" onClick={() => openPart(part.path)}>
                    <code dir="ltr">{part.place}</code>
                  </button>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </section>
  );
}
