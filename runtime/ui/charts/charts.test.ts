import { describe, expect, it } from "vitest";
import { cell as cellOfBars, draw as drawBars } from "./bar";
import { figure, labels, legendRows, type Look } from "./figures";
import { cell as cellOfHeat, draw as drawHeat } from "./heat_map";
import { cell as cellOfPie, draw as drawPie } from "./pie";

const look: Look = {
  locale: "en",
  isRightToLeft: false,
  text: "black",
  line: "grey",
  surface: "white",
  low: "white",
  high: "blue",
  width: 320,
  height: 240,
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

describe("labels", () => {
  it.each([
    ["month", "en", "Jan 2026"],
    ["month", "zh", "2026年1月"],
    ["day", "es", "1 ene"],
    ["quarter", "en", "2026-01"],
  ])("of a %s in %s", (grain, locale, expected) => {
    expect(labels({ ...axis, grain }, locale)).toEqual([expected]);
  });

  it("keep the word for no time", () => {
    expect(labels({ ...axis, keys: [null], labels: ["Empty"] }, "en")).toEqual(["Empty"]);
  });
});

describe("a legend", () => {
  it.each([
    [["New", "Open"], 320, 1],
    [["New", "In progress", "Waiting for the buyer", "Solved", "Closed"], 320, 3],
    [["等待供应商的回复", "等待买家的回复"], 320, 1],
    [["A name that is far longer than the box it stands in"], 120, 1],
  ])("of %j takes its lines", (names, width, rows) => {
    expect(legendRows(names, width)).toBe(rows);
  });

  it("of a pie leaves the pie its room and shows every name", () => {
    const names = ["New", "In progress", "Waiting for the buyer", "Solved", "Closed"];
    const slices = names.map((label) => ({ label, value: "1" }));
    const option = drawPie({ ...count, slices, is_donut: false }, look) as {
      legend: { type: string };
      series: { radius: number; center: [string, number] }[];
    };
    const pie = option.series[0];

    expect(option.legend.type).toBe("plain");
    expect((pie?.radius ?? 0) + (pie?.center[1] ?? 0)).toBeLessThanOrEqual(look.height - 3 * 22);
  });
});

describe("a press opens the records of", () => {
  const at = { seriesIndex: 1, dataIndex: 0 };
  const series = [
    { ...count, key: "new", values: ["3"] },
    { ...count, key: null, values: ["4"] },
  ];

  it("the bar's group and series", () => {
    expect(cellOfBars({ axis, series }, at)).toEqual(["2026-01-01", null]);
  });

  it("the group alone where each series is a measure", () => {
    const measures = [count, count].map((one) => ({ ...one, values: ["3"] }));

    expect(cellOfBars({ axis, series: measures }, at)).toEqual(["2026-01-01"]);
  });

  it("a slice, but not of the others", () => {
    const slices = [{ key: "new", label: "New", value: 2 }, { label: "Others", value: 1 }];
    const pie = { ...count, slices, is_donut: false };

    expect(cellOfPie(pie, at)).toEqual(["new"]);
    expect(cellOfPie(pie, { ...at, dataIndex: 1 })).toBeNull();
  });

  it("a shade", () => {
    const hours = { ...axis, keys: [8, 9] };

    expect(cellOfHeat({ ...count, x: hours, y: axis, cells: [[1, 0, 2]] }, at)).toEqual([9, "2026-01-01"]);
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
