import { describe, expect, it } from "vitest";
import { draw as drawBars } from "./bar";
import { figure, type Look } from "./figures";
import { draw as drawHeat } from "./heat_map";
import { draw as drawPie } from "./pie";

const look: Look = {
  locale: "en",
  isRightToLeft: false,
  text: "black",
  line: "grey",
  surface: "white",
  low: "white",
  high: "blue",
};
const count = { title: "Tickets", unit: "number", currency: null };
const axis = { title: "Month", grain: "month", keys: ["2026-01-01"], labels: ["2026-01"] };

describe("figure", () => {
  it.each([
    ["1234.5", count, "en", "1,234.5"],
    ["1234.5", count, "es", "1234,5"],
    ["1234", count, "ar", "1,234"],
    [7200, { ...count, unit: "duration" }, "en", "2 h"],
    ["9.9", { ...count, currency: "CNY" }, "en", "9.9 CNY"],
    [null, count, "en", "–"],
  ])("writes %s", (value, column, locale, expected) => {
    expect(figure(value, column, locale)).toBe(expected);
  });
});

describe("charts", () => {
  it("keep gaps as gaps", () => {
    const series = [{ ...count, values: ["3", null] }];

    const option = drawBars({ axis, series, is_stacked: false, is_horizontal: false }, look);

    expect((option["series"] as { data: unknown[] }[])[0]?.data).toEqual([3, null]);
  });

  it("run from right to left where reading does", () => {
    const series = [{ ...count, values: ["3"] }];
    const arabic = { ...look, isRightToLeft: true };

    const option = drawBars({ axis, series, is_stacked: false, is_horizontal: false }, arabic);

    expect((option["xAxis"] as { inverse: boolean }).inverse).toBe(true);
    expect((option["yAxis"] as { position: string }).position).toBe("right");
  });

  it("name every slice", () => {
    const option = drawPie({ ...count, slices: [{ label: "Open", value: "2" }], is_donut: true }, look);

    expect((option["series"] as { data: unknown }[])[0]?.data).toEqual([{ name: "Open", value: 2 }]);
  });

  it("shade up to the largest cell", () => {
    const option = drawHeat({ ...count, x: axis, y: axis, cells: [[0, 0, "7"]] }, look);

    expect((option["visualMap"] as { max: number }).max).toBe(7);
  });
});
