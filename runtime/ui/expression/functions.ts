/** The functions on texts, numbers and lists; those on dates are in `dates.ts`. */
import { boundedText, divide, inRange, operate } from "./arithmetic";
import {
  Day,
  dayText,
  EvaluationError,
  Exact,
  Instant,
  instantText,
  numberText,
  order,
  same,
  type Value,
} from "./values";

const MAX_LIST = 5_000;
const MAX_OTHERS = 500;

/** What a function is given beside its arguments: a pattern or options prepared at publish. */
export type Prepared = string | string[] | undefined;
type Run = (prepared: Prepared, ...given: Value[]) => Value;

/** The functions by name. Those that do not see nulls are never given one. */
export const FUNCTIONS: Record<string, Run> = {
  contains: (_p, text, part) => fold(text).includes(fold(part)),
  starts_with: (_p, text, part) => fold(text).startsWith(fold(part)),
  ends_with: (_p, text, part) => fold(text).endsWith(fold(part)),
  equals_ignore_case: (_p, text, other) => fold(text) === fold(other),
  lower: (_p, text) => grown(text as string, (text as string).toLowerCase()),
  upper: (_p, text) => grown(text as string, (text as string).toUpperCase()),
  trim: (_p, text) => trimmed(text as string),
  len: (_p, value) => new Exact(Array.isArray(value) ? value.length : [...(value as string)].length),
  replace: (_p, text, part, by) =>
    part === "" ? text : boundedText((text as string).split(part as string).join(by as string)),
  concat: (_p, ...parts) => boundedText(present(parts).map(printed).join("")),
  join: (_p, texts, separator) =>
    texts === null || separator === null
      ? null
      : boundedText(present(walked(texts)).join(separator as string)),
  split: (_p, text, separator) => {
    const parts = separator === "" ? [text as string] : (text as string).split(separator as string);
    return walked(parts.map(trimmed));
  },
  left: (_p, text, count) => [...(text as string)].slice(0, characters(count)).join(""),
  right: (_p, text, count) => {
    const wanted = characters(count);
    return wanted === 0 ? "" : [...(text as string)].slice(-wanted).join("");
  },
  text: (_p, value) => printed(value),
  matches: (pattern, text) => new RegExp(pattern as string, "u").test(text as string),
  number: (_p, value) => toNumber(value),
  round: (_p, number, digits = new Exact(0)) => rounded(number as Exact, digits as Exact),
  floor: (_p, number) => inRange((number as Exact).floor()),
  ceil: (_p, number) => inRange((number as Exact).ceil()),
  abs: (_p, number) => inRange((number as Exact).abs()),
  sum: (_p, numbers) => total(present(walked(numbers))),
  avg: (_p, numbers) => {
    const found = present(walked(numbers));
    return found.length === 0 ? null : divide(total(found), new Exact(found.length));
  },
  count: (_p, values) => new Exact(present(walked(values)).length),
  min: (_p, ...values) => extreme(values, -1),
  max: (_p, ...values) => extreme(values, 1),
  has: (_p, values, element) => holds(values, element as Value),
  any_of: (_p, values, others) => others_(others).some((one) => holds(values, one)),
  all_of: (_p, values, others) => others_(others).every((one) => holds(values, one)),
  first: (_p, values) => (values as Value[])[0] ?? null,
  last: (_p, values) => (values as Value[]).at(-1) ?? null,
  is_empty: (_p, value) =>
    value === null || value === "" || (Array.isArray(value) && value.length === 0),
  coalesce: (_p, ...values) => values.find((one) => one !== null) ?? null,
  under: (options, value) => (options as string[]).includes(value as string),
};

/** Whether a list holds an element; null holds nothing. */
export function holds(values: Value | undefined, element: Value): boolean {
  return walked(values ?? null).some((one) => same(one, element));
}

/** Text as it is compared without case and width. */
export function fold(text: Value | undefined): string {
  return (text as string).normalize("NFKC").toLowerCase();
}

function walked(values: Value | undefined): Value[] {
  const list = (values ?? []) as Value[];
  if (list.length > MAX_LIST) throw new EvaluationError(`a list has more than ${MAX_LIST} elements`);
  return list;
}

function others_(values: Value | undefined): Value[] {
  return walked(values).slice(0, MAX_OTHERS);
}

function present(values: Value[]): Value[] {
  return values.filter((one) => one !== null);
}

function printed(value: Value | undefined): string {
  if (value instanceof Exact) return numberText(inRange(value));
  if (value instanceof Day) return dayText(value);
  if (value instanceof Instant) return instantText(value);
  return String(value);
}

function grown(before: string, after: string): string {
  return after.length > before.length ? boundedText(after) : after;
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n\f\v\u00a0\u3000]+|[ \t\r\n\f\v\u00a0\u3000]+$/g, "");
}

function characters(count: Value | undefined): number {
  const wanted = inRange(count as Exact).trunc();
  return wanted.lte(0) ? 0 : wanted.gte(1_000_000) ? 1_000_000 : wanted.toNumber();
}

function toNumber(value: Value | undefined): Value {
  if (value instanceof Exact) return inRange(value);
  if (typeof value !== "string") return null;
  const written = value.replace(/^[ \t]+|[ \t]+$/g, "");
  return /^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$/.test(written) ? new Exact(written) : null;
}

function rounded(number: Exact, digits: Exact): Exact {
  const places = Exact.max(-10, Exact.min(inRange(digits).trunc(), 10)).toNumber();
  if (places >= 0) return inRange(number).toDecimalPlaces(places, Exact.ROUND_HALF_UP);
  const unit = new Exact(10).pow(-places);
  return inRange(number).div(unit).toDecimalPlaces(0, Exact.ROUND_HALF_UP).times(unit);
}

function total(numbers: Value[]): Exact {
  return numbers.reduce<Value>((sum, one) => operate("+", sum, one), new Exact(0)) as Exact;
}

function extreme(values: Value[], direction: number): Value {
  const candidates = values.length === 1 && Array.isArray(values[0]) ? walked(values[0]) : values;
  return present(candidates).reduce<Value>(
    (best, one) => (best === null || order(one, best) * direction > 0 ? one : best),
    null,
  );
}
