/** What all charts share: the data's shapes as the server writes them, and numbers in words. */
export interface Axis {
  title: string;
  grain: string | null;
  keys: unknown[];
  labels: string[];
}

export interface Column {
  title: string;
  unit: string; // number, duration (in seconds), date, datetime
  currency: string | null;
}

export interface Series extends Column {
  key?: unknown; // of the second dimension, where there is one
  values: (string | number | null)[];
}

/** Where in a drawing somebody pressed. */
export interface Pressed {
  seriesIndex: number;
  dataIndex: number;
}

/** The keys of a group of records, as the server takes them; null where there is none. */
export type Cell = unknown[] | null;

/** The page's language, direction and colours, resolved from the tokens. */
export interface Look {
  locale: string;
  isRightToLeft: boolean;
  text: string;
  line: string;
  surface: string;
  low: string;
  high: string;
  width: number; // of the box to draw in, in pixels
  height: number;
}

export type Option = Record<string, unknown>;

/** A number as people of a language write it; lengths of time in hours. */
export function figure(value: string | number | null | undefined, column: Column, locale: string): string {
  if (value === null || value === undefined) return "–";
  const number = Number(value);
  if (Number.isNaN(number)) return String(value);
  const digits = { maximumFractionDigits: 2 };
  // Western digits in Arabic too, as everywhere in the product.
  const format = new Intl.NumberFormat(`${locale}-u-nu-latn`, digits);
  if (column.unit === "duration") return `${format.format(number / 3600)} h`;
  return column.currency ? `${format.format(number)} ${column.currency}` : format.format(number);
}

/** A number to draw; a gap where there is none. */
export function height(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}

const IN_WORDS: Record<string, Intl.DateTimeFormatOptions> = {
  day: { day: "numeric", month: "short" },
  week: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

/** What stands along an axis; days and months in the words of the page's language. */
export function labels(axis: Axis, locale: string): string[] {
  const words = IN_WORDS[axis.grain ?? ""];
  if (!words) return axis.labels;
  const format = new Intl.DateTimeFormat(`${locale}-u-nu-latn-ca-gregory`, { ...words, timeZone: "UTC" });
  return axis.keys.map((key, at) => (key === null ? (axis.labels[at] ?? "") : format.format(new Date(String(key)))));
}

/** A category axis and a value axis; time runs from right to left where reading does. */
export function axes(axis: Axis, column: Column | undefined, look: Look): { category: Option; value: Option } {
  const category = {
    type: "category",
    data: labels(axis, look.locale),
    inverse: look.isRightToLeft,
    axisLabel: { color: look.text, hideOverlap: true },
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
  };
  const value = {
    type: "value",
    position: look.isRightToLeft ? "right" : "left",
    axisLabel: {
      color: look.text,
      formatter: (number: number) => (column ? figure(number, column, look.locale) : String(number)),
    },
    splitLine: { lineStyle: { color: look.line } },
    minInterval: column?.unit === "number" ? 1 : 0,
  };
  return { category, value };
}

/** The group that a point of an axis with series counts. */
export function cellOf(data: { axis: Axis; series: Series[] }, at: Pressed): Cell {
  const series = data.series[at.seriesIndex];
  if (!series || at.dataIndex >= data.axis.keys.length) return null;
  const key = data.axis.keys[at.dataIndex];
  return "key" in series ? [key, series.key] : [key];
}

/** A legend where there is more than one thing to tell apart. */
export function legend(names: string[], look: Look): Option {
  return { show: names.length > 1, bottom: 0, type: "scroll", textStyle: { color: look.text }, icon: "circle" };
}

const LEGEND_ROW = 22;
const LARGEST_SHARE = 0.6; // of the box's height

/**
 * A legend whose entries stand in as many lines as they need, and the height of them in pixels; only
 * where there are too many for the box it has pages.
 */
export function wholeLegend(names: string[], look: Look): { option: Option; height: number } {
  const rows = legendRows(names, look.width);
  const isWhole = rows * LEGEND_ROW <= look.height * LARGEST_SHARE;
  const option = { ...legend(names, look), ...(isWhole ? { type: "plain", itemGap: 8 } : {}) };
  return { option, height: names.length > 1 ? (isWhole ? rows : 1) * LEGEND_ROW : 0 };
}

/** How many lines the entries take, by what letters measure; Chinese ones count for two. */
export function legendRows(names: string[], width: number): number {
  const SIGN = 44;
  const LETTER = 7;
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const letters = [...name].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) > 0x2e80 ? 2 : 1), 0);
    const length = Math.min(SIGN + letters * LETTER, width);
    if (used > 0 && used + length > width) {
      rows += 1;
      used = 0;
    }
    used += length;
  }
  return rows;
}

/** Room around a drawing; the labels of the axes stay inside. */
export function grid(hasLegend: boolean): Option {
  return { left: 8, right: 8, top: 16, bottom: hasLegend ? 36 : 8, containLabel: true };
}
