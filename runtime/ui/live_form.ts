/**
 * What follows from the answers typed so far: which fields are seen and needed, what is computed.
 *
 * Pure: it knows no document. The server decides the same again when the form is sent.
 */
import { evaluate, isTrue, type Facts, type Tree } from "./expression/evaluate";
import { EvaluationError, write } from "./expression/values";

type Condition = Tree | boolean;

interface FieldProgram {
  visible?: Condition[];
  clears?: boolean;
  required?: Condition;
  readonly?: Condition;
  value?: Tree;
}

/** As the server writes it into the page. */
export interface Program {
  order: string[];
  fields: Record<string, FieldProgram>;
  sections: Record<string, { visible: Condition }>;
  values: Record<string, unknown>;
  kinds: Record<string, string>;
  user: Record<string, unknown>;
  now: string;
  today: string;
  zone: string;
  needs_server: boolean;
}

/** How one field stands; what is absent does not change. */
export interface FieldState {
  visible?: boolean;
  required?: boolean;
  readonly?: boolean;
  value?: unknown;
}

export interface FormState {
  fields: Record<string, FieldState>;
  sections: Record<string, boolean>;
}

/** The state that follows from `answers`, which are JSON values by field. */
export function stateAfter(program: Program, answers: Record<string, unknown>): FormState {
  const record: Record<string, unknown> = { ...program.values, ...answers };
  const facts: Facts = {
    record,
    old: null,
    user: program.user,
    now: program.now,
    today: program.today,
    zone: program.zone,
  };
  const fields: Record<string, FieldState> = {};
  // In the server's order, each field after those it reads: what is hidden counts as empty below.
  const rest = Object.keys(program.fields).filter((name) => !program.order.includes(name));
  for (const name of [...program.order, ...rest]) {
    const one = program.fields[name];
    if (!one) continue;
    const state = fieldState(one, facts);
    fields[name] = state;
    if (state.visible === false && one.clears) record[name] = null;
    else if ("value" in state) record[name] = state.value;
  }
  const sections = Object.entries(program.sections).map(([id, one]) => [id, holds(one.visible, facts)]);
  return { fields, sections: Object.fromEntries(sections) as Record<string, boolean> };
}

function fieldState(one: FieldProgram, facts: Facts): FieldState {
  const state: FieldState = {};
  if (one.visible) state.visible = one.visible.every((condition) => holds(condition, facts));
  if (one.required !== undefined) state.required = holds(one.required, facts);
  if (one.readonly !== undefined) state.readonly = holds(one.readonly, facts);
  if (one.value) state.value = computed(one.value, facts);
  return state;
}

function holds(condition: Condition, facts: Facts): boolean {
  if (typeof condition === "boolean") return condition;
  try {
    return isTrue(condition, facts);
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

function computed(tree: Tree, facts: Facts): unknown {
  try {
    return write(evaluate(tree, facts));
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

const UNIT_MICROS: Record<string, bigint> = {
  w: 604_800_000_000n,
  d: 86_400_000_000n,
  h: 3_600_000_000n,
  m: 60_000_000n,
  s: 1_000_000n,
};

/** What a control holds as the JSON of its kind; null for what cannot be read (yet). */
export function answerOf(kind: string, texts: string[]): unknown {
  const text = (texts.at(-1) ?? "").trim();
  if (kind === "list") return texts.filter((one) => one !== "");
  if (kind === "boolean") return text === "true";
  if (text === "") return null;
  if (kind === "number") return /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text) ? text : null;
  if (kind === "duration") return durationOf(text);
  if (kind === "date") return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
  if (kind === "datetime") return null; // in the viewer's zone: left to the server
  return text;
}

/** `1d 12h` in microseconds, as text. */
export function durationOf(text: string): string | null {
  const parts = [...text.matchAll(/(\d{1,9})\s*([wdhms])/g)];
  if (parts.map((part) => part[0]).join("").replace(/\s/g, "") !== text.replace(/\s/g, "")) return null;
  let micros = 0n;
  for (const part of parts) micros += BigInt(part[1] ?? "0") * (UNIT_MICROS[part[2] ?? ""] ?? 0n);
  return String(micros);
}
