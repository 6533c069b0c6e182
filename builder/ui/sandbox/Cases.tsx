/** The records of the trial as somebody sees them: what stands in them, what may be done. */
import { Icon } from "../icons";
import { useWords } from "../words";
import type { Case, Filling, Step, Task } from "./state";

interface CasesProps {
  cases: Case[];
  who: string;
  onFill: (filling: Filling) => void;
  onStep: (step: Step) => void;
}

export function Cases({ cases, who, onFill, onStep }: CasesProps) {
  const { say } = useWords();
  if (!cases.length) return <p className="muted">{say("sandbox.no_cases")}</p>;
  return (
    <ol className="plain-list">
      {cases.map((one) => (
        <li key={one.label} className="card trial__case">
          <header className="trial__head">
            <h3 dir="auto">{one.title}</h3>
            <span className="muted">
              {one.form} · <code>{one.label}</code>
            </span>
            {one.flows.map((flow, index) => (
              <span key={index} className="badge badge--info">
                {flow.title}: {say(`sandbox.flow_${flow.status}`)}
              </span>
            ))}
          </header>
          {one.is_hidden && <p className="muted">{say("sandbox.hidden")}</p>}
          {one.tasks.map((task) => (
            <TaskLine key={task.id} task={task} record={one} who={who} onFill={onFill} onStep={onStep} />
          ))}
          {one.values.length > 0 && (
            <details>
              <summary>{say("sandbox.values", { count: one.values.length })}</summary>
              <dl className="trial__values">
                {one.values.map(([title, text]) => (
                  <div key={title}>
                    <dt>{title}</dt>
                    <dd dir="auto">{text}</dd>
                  </div>
                ))}
              </dl>
            </details>
          )}
          <div className="trial__acts">
            {one.can_update && (
              <button type="button" className="btn" onClick={() => onFill({ kind: "record", record: one })}>
                <Icon name="edit" /> {say("sandbox.change")}
              </button>
            )}
            {one.startable.map((flow) => (
              <button
                key={flow.id}
                type="button"
                className="btn"
                onClick={() => onStep({ start: flow.id, on: one.label, as: who })}
              >
                <Icon name="play" /> {flow.title}
              </button>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

interface TaskLineProps extends Omit<CasesProps, "cases"> {
  task: Task;
  record: Case;
}

function TaskLine({ task, record, who, onFill, onStep }: TaskLineProps) {
  const { say } = useWords();
  const about = { on: record.label, as: who };
  return (
    <div className="trial__task">
      <Icon name="task" />
      <span>
        <strong>{task.title}</strong>{" "}
        <span className="muted">
          {say("sandbox.with", { who: task.who })}
          {task.due && ` · ${say("sandbox.due", { when: task.due })}`}
        </span>
      </span>
      {task.can_claim && (
        <button type="button" className="btn" onClick={() => onStep({ claim: task.node, ...about })}>
          {say("sandbox.claim")}
        </button>
      )}
      {task.can_release && (
        <button type="button" className="btn" onClick={() => onStep({ release: task.node, ...about })}>
          {say("sandbox.release")}
        </button>
      )}
      {task.can_act && (
        <button type="button" className="btn btn--primary" onClick={() => onFill({ kind: "task", task, record })}>
          {say("sandbox.do")}
        </button>
      )}
    </div>
  );
}
