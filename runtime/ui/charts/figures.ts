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
  values: (string | number | null)[];
}

/** The page's language, direction and colours, resolved from the tokens. */
export interface Look {
  locale: string;
  isRightToLeft: boolean;
  text: string;
  line: string;
  surface: string;
  low: string;
  high: string;
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

/** A category axis and a value axis; time runs from right to left where reading does. */
export function axes(axis: Axis, column: Column | undefined, look: Look): { category: Option; value: Option } {
  const category = {
    type: "category",
    data: axis.labels,
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

/** A legend where there is more than one thing to tell apart. */
export function legend(names: string[], look: Look): Option {
  return { show: names.length > 1, bottom: 0, type: "scroll", textStyle: { color: look.text }, icon: "circle" };
}

/** Room around a drawing; the labels of the axes stay inside. */
export function grid(hasLegend: boolean): Option {
  return { left: 8, right: 8, top: 16, bottom: hasLegend ? 36 : 8, containLabel: true };
}
