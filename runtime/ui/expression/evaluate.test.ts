/** The browser's evaluator gives what tests/vectors say, on the trees the server sends. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluate, type Facts, isTrue, type Tree } from "./evaluate";
import { EvaluationError, read, same, type Tag, type Value, write } from "./values";

interface Row {
  record: Record<string, unknown>;
  old: Record<string, unknown> | null;
}

interface Case {
  expression: string;
  gives: Record<string, unknown>;
}

const folder = new URL("../../../tests/vectors/", import.meta.url);
const json = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const scope = json("scope.json");
const trees: Record<string, { type: Tag; tree: Tree }> = json("trees.json").trees;
const groups = readdirSync(folder).filter(
  (name) => name.endsWith(".json") && !["scope.json", "trees.json", "mistakes.json"].includes(name),
);

function factsOf(name: string): Facts {
  const row: Row = scope.rows[name];
  const priority = row.record.priority;
  const decisions = {
    urgency: priority === "high" ? "high" : "low",
    terms: { days: row.record.n, text: "net" },
  };
  return { ...scope.facts, ...row, decisions };
}

function expected(written: unknown, type: Tag): Value {
  if (written !== null && typeof written === "object" && !Array.isArray(written)) {
    const [[kind, value]] = Object.entries(written) as [[string, string]];
    return read(kind === "us" ? "duration" : kind, value);
  }
  return read(typeof written === "number" ? "number" : type, written);
}

describe.each(groups)("%s", (group) => {
  const cases: Case[] = json(group).cases;
  const rows = cases.flatMap((one) =>
    Object.entries(one.gives).map(([row, value]) => ({ expression: one.expression, row, value })),
  );
  test.each(rows)("$expression [$row]", ({ expression, row, value }) => {
    const { type, tree } = trees[expression]!;

    const found = evaluate(tree, factsOf(row));

    expect(same(found, expected(value, type)), `${JSON.stringify(write(found))}`).toBe(true);
  });
});

const fact = (key: string, type: Tag): Tree => ({ op: "path", root: "record", key, type });

test("a condition counts null as false", () => {
  expect(isTrue(fact("vip", "boolean"), { record: { vip: null } })).toBe(false);
});

test("inherited names of objects are no facts and no functions", () => {
  const called: Tree = { op: "call", name: "constructor", of: [], on_null: "sees" };

  expect(evaluate(fact("constructor", "text"), { record: {} })).toBe(null);
  expect(() => evaluate(called, {})).toThrow(EvaluationError);
});

test("a sum beyond 34 digits is refused", () => {
  const most = fact("n", "number");
  const tree: Tree = { op: "arithmetic", sign: "+", left: most, right: most };

  expect(() => evaluate(tree, { record: { n: "9".repeat(34) } })).toThrow(EvaluationError);
});

test.each([
  ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"],
  ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"],
  ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z"],
])("the first instant of a day in %s on %s", (zone, day, moment) => {
  const tree: Tree = { op: "call", name: "start_of_day", of: [fact("due", "date")], on_null: "null" };

  expect(write(evaluate(tree, { record: { due: day }, zone }))).toBe(moment);
});
