import { describe, expect, it } from "vitest";
import { answerOf, durationOf, stateAfter, type Program } from "./live_form";

const status = { op: "path", root: "record", key: "status", type: "text" } as const;
const solved = { op: "literal", value: "solved", type: "text" } as const;
const isSolved = { op: "compare", sign: "==", left: status, right: solved } as const;
const price = { op: "path", root: "record", key: "price", type: "number" } as const;
const two = { op: "literal", value: "2", type: "number" } as const;
const doubled = { op: "arithmetic", sign: "*", left: price, right: two } as const;

function program(fields: Program["fields"], order: string[] = []): Program {
  return {
    order,
    fields,
    sections: {},
    values: {},
    kinds: {},
    user: {},
    now: "2026-03-02T12:00:00Z",
    today: "2026-03-02",
    zone: "UTC",
    needs_server: false,
  };
}

describe("stateAfter", () => {
  it("shows a field while its condition holds", () => {
    const form = program({ reason: { visible: [isSolved] } });

    expect(stateAfter(form, { status: "solved" }).fields["reason"]?.visible).toBe(true);
    expect(stateAfter(form, { status: "new" }).fields["reason"]?.visible).toBe(false);
  });

  it("requires a field while its condition holds", () => {
    const form = program({ reason: { required: isSolved } });

    expect(stateAfter(form, { status: "solved" }).fields["reason"]?.required).toBe(true);
  });

  it("computes exact values in the server's order", () => {
    const form = program({ total: { value: doubled } }, ["total"]);

    expect(stateAfter(form, { price: "0.1" }).fields["total"]?.value).toBe("0.2");
  });

  it("counts a hidden field that clears as empty further down", () => {
    const form = program(
      { price: { visible: [isSolved], clears: true }, total: { value: doubled } },
      ["price", "total"],
    );

    expect(stateAfter(form, { status: "new", price: "5" }).fields["total"]?.value).toBeNull();
  });
});

describe("answerOf", () => {
  it.each([
    ["number", ["12.50"], "12.50"],
    ["number", ["1,000"], null],
    ["boolean", ["", "true"], true],
    ["boolean", [""], false],
    ["list", ["", "red", "blue"], ["red", "blue"]],
    ["date", ["2026-03-02"], "2026-03-02"],
    ["text", ["  "], null],
  ])("reads a %s control", (kind, texts, expected) => {
    expect(answerOf(kind, texts)).toEqual(expected);
  });

  it("reads durations in microseconds", () => {
    expect(durationOf("1d 12h")).toBe("129600000000");
    expect(durationOf("soon")).toBeNull();
  });
});
