/** What the server says of a sandbox, and what is asked of it. No components. */
export interface Line {
  at: string;
  case: string;
  kind: string;
  who: string;
  is_machine: boolean;
  sentence: string;
  changes: [title: string, before: string, after: string][];
  why: string[];
}

export interface Task {
  id: string;
  node: string;
  title: string;
  who: string;
  due: string;
  can_act: boolean;
  can_claim: boolean;
  can_release: boolean;
}

export interface Named {
  id: string;
  title: string;
}

export interface Case {
  label: string;
  form: string;
  title: string;
  is_hidden: boolean;
  can_update: boolean;
  values: [title: string, text: string][];
  startable: Named[];
  flows: { title: string; status: string }[];
  tasks: Task[];
}

export interface Message {
  at: string;
  channel: string;
  to: string;
  subject: string;
  body: string;
}

/** A call of another program that did not leave, and how it stands. */
export interface Call {
  id: string;
  at: string;
  connector: string;
  /** Method and path as the definition has them. */
  subject: string;
  /** The name of its record. */
  case: string;
  /** Empty: its path lacks a value, it would not leave. */
  url: string;
  sent: string;
  /** An answer to fill in. */
  sample: string;
  state: "waiting" | "answered" | "failed" | "given_up";
  why: string;
}

export interface Trial {
  is_open: true;
  /** Whether the draft was changed since the sandbox was opened. */
  is_stale: boolean;
  who: string;
  now: string;
  next_due: string;
  people: { name: string; title: string }[];
  forms: Named[];
  cases: Case[];
  messages: Message[];
  calls: Call[];
  timers: { due: string; what: string }[];
  trace: Line[];
  steps: number;
  /** Whether it was begun with the sample records. */
  has_seeds: boolean;
  test: string;
}

export type TrialState = Trial | { is_open: false };

/** A step as tests write it: `{complete: "mend", on: "repair_1", as: "mia", outcome: "mended"}`. */
export type Step = Record<string, string>;

export interface FormFields {
  html: string;
  outcomes?: Named[];
  help?: string;
}

/** What one fills in: a new record, a record to change, a task. */
export type Filling =
  | { kind: "form"; form: Named }
  | { kind: "record"; record: Case }
  | { kind: "task"; task: Task; record: Case };

/** What the server needs to draw the form of a filling. */
export function askedOf(filling: Filling): Record<string, string> {
  if (filling.kind === "form") return { form: filling.form.id };
  if (filling.kind === "record") return { record: filling.record.label };
  return { task: filling.task.id };
}

/** The step that sends a filling. */
export function stepOf(filling: Filling, who: string, outcome: string): Step {
  if (filling.kind === "form") return { submit: filling.form.id, as: who };
  if (filling.kind === "record") return { change: filling.record.label, as: who };
  return { complete: filling.task.node, on: filling.record.label, as: who, outcome };
}

/** The answers of a form as it would post them; of files only the names, their content stays here. */
export function typedIn(data: FormData): Record<string, string[]> {
  const typed: Record<string, string[]> = {};
  for (const [key, value] of data.entries()) {
    const name = key.replace(/:upload$/, "");
    const answer = typeof value === "string" ? value : value.name;
    if (name === key || answer) typed[name] = [...(typed[name] ?? []), answer];
  }
  return typed;
}
