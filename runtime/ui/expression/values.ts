/** Plain values in the browser: exact numbers, days, instants and spans, read from JSON by type. */
import { Decimal as DecimalJs } from "decimal.js";

/** 34 digits, halves away from zero: as `engines/expression/limits.py`. */
export const Exact = DecimalJs.clone({
  precision: 34,
  rounding: DecimalJs.ROUND_HALF_UP,
  maxE: 400,
  minE: -400,
});
export type Exact = DecimalJs;

/** A sound expression could not be computed on these facts. */
export class EvaluationError extends Error {}

/** A calendar day, counted from 1970-01-01. */
export class Day {
  constructor(readonly days: number) {
    if (days < -719162 || days > 2932896) throw new EvaluationError("a date is out of range");
  }
}

/** A moment, in microseconds since 1970 UTC. */
export class Instant {
  constructor(readonly micros: bigint) {
    if (micros < -62135596800000000n || micros > 253402300799999999n) {
      throw new EvaluationError("a date is out of range");
    }
  }
}

/** A length of time, in microseconds. */
export class Span {
  constructor(readonly micros: bigint) {
    const most = 86399999999999999999n;
    if (micros > most || micros < -most) throw new EvaluationError("a duration is out of range");
  }
}

export type Value =
  | null
  | boolean
  | string
  | Exact
  | Day
  | Instant
  | Span
  | Value[]
  | { [part: string]: Value };

/** The type of a fact as `engines/expression/as_json.py` writes it. */
export type Tag = string | ["list", Tag] | ["row", Record<string, Tag>];

/** A fact or literal, out of JSON. */
export function read(tag: Tag, written: unknown): Value {
  if (written === null || written === undefined) return null;
  if (Array.isArray(tag)) return readParts(tag, written);
  switch (tag) {
    case "number":
      return new Exact(written as string | number);
    case "date":
      return new Day(Number(dayNumber(String(written))));
    case "datetime":
      return instantOf(String(written));
    case "duration":
      return new Span(BigInt(written as string));
    case "money": {
      const money = written as { amount: string; currency: string };
      return { amount: read("number", money.amount), currency: money.currency };
    }
    case "boolean":
      return Boolean(written);
    default:
      return readJson(written);
  }
}

function readParts(tag: ["list", Tag] | ["row", Record<string, Tag>], written: unknown): Value {
  if (tag[0] === "list") return (written as unknown[]).map((one) => read(tag[1], one));
  const row = written as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(tag[1]).map(([name, inner]) => [name, read(inner, row[name])]),
  );
}

function readJson(written: unknown): Value {
  if (typeof written === "number") return new Exact(written);
  if (Array.isArray(written)) return written.map(readJson);
  if (written === null || typeof written !== "object") return written as Value;
  return Object.fromEntries(Object.entries(written).map(([key, one]) => [key, readJson(one)]));
}

/** A value as JSON, as the server writes and reads it. */
export function write(value: Value): unknown {
  if (value instanceof Exact) return numberText(value);
  if (value instanceof Day) return dayText(value);
  if (value instanceof Instant) return instantText(value);
  if (value instanceof Span) return String(value.micros);
  if (Array.isArray(value)) return value.map(write);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, write(one as Value)]));
}

/** Whether both values are equal: null equals null, truth values are no numbers. */
export function same(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (left instanceof Exact) return right instanceof Exact && left.eq(right);
  if (left instanceof Day) return right instanceof Day && left.days === right.days;
  if (left instanceof Instant) return right instanceof Instant && left.micros === right.micros;
  if (left instanceof Span) return right instanceof Span && left.micros === right.micros;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((one, index) => same(one, right[index] as Value))
    );
  }
  return isMap(left) && isMap(right) && sameParts(left, right);
}

/** Negative, zero or positive as `left` comes before, with or after `right`; both of one type. */
export function order(left: Value, right: Value): number {
  if (typeof left === "string" && typeof right === "string") return orderTexts(left, right);
  if (left instanceof Exact && right instanceof Exact) return left.cmp(right);
  if (left instanceof Day && right instanceof Day) return left.days - right.days;
  const isTimed =
    (left instanceof Instant && right instanceof Instant) ||
    (left instanceof Span && right instanceof Span);
  if (!isTimed) throw new EvaluationError("values without a common order");
  return left.micros < right.micros ? -1 : left.micros > right.micros ? 1 : 0;
}

/** A map of named parts, like money. */
export function isMap(value: Value): value is { [part: string]: Value } {
  return value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
}

function sameParts(left: { [part: string]: Value }, right: { [part: string]: Value }): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && same(left[key] as Value, right[key] as Value));
}

// By code points: the browser's own order of texts is by halves of them.
function orderTexts(left: string, right: string): number {
  const ours = [...left];
  const theirs = [...right];
  for (let place = 0; place < Math.min(ours.length, theirs.length); place += 1) {
    const apart = (ours[place]!.codePointAt(0) ?? 0) - (theirs[place]!.codePointAt(0) ?? 0);
    if (apart !== 0) return apart;
  }
  return ours.length - theirs.length;
}

/** Plain digits, without an exponent and without zeros at the end. */
export function numberText(number: Exact): string {
  return number.isZero() ? "0" : number.toFixed();
}

/** `2026-03-01`. */
export function dayText(day: Day): string {
  const at = new Date(day.days * 86_400_000);
  const year = String(at.getUTCFullYear()).padStart(4, "0");
  return `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

/** `2026-03-01T09:30:00Z`, with microseconds where there are any. */
export function instantText(moment: Instant): string {
  const seconds = floorDivide(moment.micros, 1_000_000n);
  const rest = moment.micros - seconds * 1_000_000n;
  const day = Number(floorDivide(seconds, 86_400n));
  const clock = Number(seconds) - day * 86_400;
  const parts = [Math.floor(clock / 3600), Math.floor(clock / 60) % 60, clock % 60].map(two);
  const fraction = rest === 0n ? "" : `.${String(rest).padStart(6, "0")}`;
  return `${dayText(new Day(day))}T${parts.join(":")}${fraction}Z`;
}

/** The day that ISO text shows, counted from 1970-01-01, or null. */
export function dayNumber(text: string): number | null {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1) return null;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return isReal ? Math.floor(at.getTime() / 86_400_000) : null;
}

const CLOCK =
  /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** Microseconds of the day that `09:30:15.25+08:00` shows, and its offset; null for no clock. */
export function clockParts(text: string): { micros: bigint; offset: bigint | null } | null {
  const match = CLOCK.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds] = [match[1], match[2], match[3] ?? "0"].map(Number) as [
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const fraction = BigInt((match[4] ?? "").padEnd(6, "0"));
  const micros = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n + fraction;
  const zone = match[5];
  if (zone === undefined) return { micros, offset: null };
  if (zone === "Z") return { micros, offset: 0n };
  const [apartHours, apartMinutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (apartHours > 23 || apartMinutes > 59) return null;
  const apart = BigInt(apartHours * 60 + apartMinutes) * 60_000_000n;
  return { micros, offset: zone.startsWith("-") ? -apart : apart };
}

function instantOf(text: string): Instant {
  const day = dayNumber(text.slice(0, 10));
  const clock = clockParts(text.slice(11));
  if (day === null || clock === null) throw new EvaluationError(`no instant: ${text}`);
  return new Instant(BigInt(day) * 86_400_000_000n + clock.micros - (clock.offset ?? 0n));
}

/** Division towards negative infinity, as the server divides. */
export function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
