import { describe, expect, it } from "vitest";
import { dueColor, dueText, type Words } from "./countdown";

const WORDS: Words = {
  now: "2026-03-02T08:00:00Z",
  left: "{time} left",
  late: "{time} late",
  units: [" d", " h", " min"],
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a due time that counts", () => {
  it.each([
    [30_000, "0 min left"],
    [59 * MINUTE, "59 min left"],
    [2 * HOUR + 5 * MINUTE, "2 h 5 min left"],
    [3 * HOUR, "3 h left"],
    [DAY + 3 * HOUR + 20 * MINUTE, "1 d 3 h left"],
    [15 * DAY + 5 * HOUR, "15 d left"],
    [0, "0 min late"],
    [-61 * MINUTE, "1 h 1 min late"],
  ])("%i ms is said as the server says it: %s", (left, said) => {
    expect(dueText(left, WORDS)).toBe(said);
  });

  it.each([
    [-1, "danger"],
    [0, "danger"],
    [4 * HOUR - 1, "warning"],
    [4 * HOUR, "info"],
  ])("%i ms is %s", (left, color) => {
    expect(dueColor(left)).toBe(color);
  });
});
