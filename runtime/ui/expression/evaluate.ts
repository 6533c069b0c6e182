/**
 * Evaluates the checked trees that the server sends with a form. The language is defined on the
 * server (docs/expressions.md); tests/vectors hold this evaluator to it.
 */
import { operate } from "./arithmetic";
import { DATES } from "./dates";
import { FUNCTIONS, holds, type Prepared } from "./functions";
import {
  Day,
  EvaluationError,
  Exact,
  Instant,
  isMap,
  order,
  read,
  same,
  Span,
  type Tag,
  type Value,
} from "./values";

export type Tree =
  | { op: "literal"; value: unknown; type: Tag }
  | { op: "path"; root: string; key: string; type: Tag }
  | { op: "part"; of: Tree; name: string; type: Tag }
  | { op: "pluck"; of: Tree; name: string }
  | { op: "list"; of: Tree[] }
  | { op: "negative"; of: Tree }
  | { op: "arithmetic"; sign: string; left: Tree; right: Tree }
  | Logic
  | { op: "call"; name: string; of: Tree[]; on_null: "null" | "false" | "sees"; prepared?: Prepared }
  | { op: "decide"; table: string; type: Tag };

type Logic =
  | { op: "and" | "or" | "if"; of: Tree[] }
  | { op: "not"; of: Tree }
  | { op: "compare"; sign: string; left: Tree; right: Tree };

/** Facts as JSON, by root: `{record: {"buyer.phone": "139…"}, now: "2026-03-02T12:00:00Z"}`. */
export interface Facts {
  record?: Record<string, unknown> | null;
  now?: string;
  today?: string;
  zone?: string;
  decisions?: Record<string, unknown>; // what tables decided, by table
  [root: string]: unknown;
}

/** The value of an expression; throws EvaluationError where the server would. */
export function evaluate(tree: Tree, facts: Facts): Value {
  switch (tree.op) {
    case "literal":
      return read(tree.type, tree.value);
    case "path":
      return read(tree.type, factAt(facts, tree.root, tree.key));
    case "part":
      return part(evaluate(tree.of, facts), tree.name);
    case "pluck":
      return plucked(evaluate(tree.of, facts), tree.name);
    case "list":
      return tree.of.map((one) => evaluate(one, facts));
    case "negative":
      return negative(evaluate(tree.of, facts));
    case "arithmetic":
      return operate(tree.sign, evaluate(tree.left, facts), evaluate(tree.right, facts));
    case "decide":
      return read(tree.type, facts.decisions?.[tree.table]);
    case "call":
      return call(tree, facts);
    default:
      return logic(tree, facts);
  }
}

/** Whether a condition is true; null counts as false. */
export function isTrue(tree: Tree, facts: Facts): boolean {
  return evaluate(tree, facts) === true;
}

function logic(tree: Logic, facts: Facts): Value {
  switch (tree.op) {
    case "not":
      return !isTrue(tree.of, facts);
    case "compare":
      return compare(tree.sign, evaluate(tree.left, facts), evaluate(tree.right, facts));
    case "and":
      return tree.of.every((one) => isTrue(one, facts));
    case "or":
      return tree.of.some((one) => isTrue(one, facts));
    default: {
      const [condition, then, otherwise] = tree.of as [Tree, Tree, Tree];
      return evaluate(isTrue(condition, facts) ? then : otherwise, facts);
    }
  }
}

function compare(sign: string, left: Value, right: Value): boolean {
  if (sign === "==") return same(left, right);
  if (sign === "in") return holds(right, left);
  if (left === null || right === null) return false;
  const found = order(left, right);
  if (sign === "<") return found < 0;
  if (sign === "<=") return found <= 0;
  return sign === ">" ? found > 0 : found >= 0;
}

function call(tree: Extract<Tree, { op: "call" }>, facts: Facts): Value {
  const given = tree.of.map((one) => evaluate(one, facts));
  if (tree.on_null !== "sees" && given.includes(null)) {
    return tree.on_null === "false" ? false : null;
  }
  const run = Object.hasOwn(FUNCTIONS, tree.name) ? FUNCTIONS[tree.name] : undefined;
  if (run !== undefined) return run(tree.prepared, ...given);
  const dated = Object.hasOwn(DATES, tree.name) ? DATES[tree.name] : undefined;
  if (dated === undefined) throw new EvaluationError(`unknown function ${tree.name}`);
  const clock = {
    now: read("datetime", facts.now) as Instant | null,
    today: read("date", facts.today) as Day | null,
    zone: facts.zone ?? "UTC",
  };
  return dated(clock, ...given);
}

function factAt(facts: Facts, root: string, key: string): unknown {
  const found = Object.hasOwn(facts, root) ? facts[root] : null;
  if (key === "") return found;
  const map = found as Record<string, unknown> | null;
  return map !== null && map !== undefined && Object.hasOwn(map, key) ? map[key] : null;
}

function part(value: Value, name: string): Value {
  return isMap(value) && Object.hasOwn(value, name) ? (value[name] as Value) : null;
}

function plucked(rows: Value, name: string): Value {
  return rows === null ? null : (rows as Value[]).map((row) => part(row, name));
}

function negative(value: Value): Value {
  if (value === null) return null;
  return value instanceof Span ? new Span(-value.micros) : (value as Exact).neg();
}
