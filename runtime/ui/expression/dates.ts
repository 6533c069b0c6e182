/** Functions on days and instants, in the zone of the facts. */
import { divide, spanOf } from "./arithmetic";
import {
  clockParts,
  Day,
  dayNumber,
  EvaluationError,
  Exact,
  floorDivide,
  Instant,
  type Value,
} from "./values";

const DAY = 86_400_000_000n;
const HOUR = 3_600_000_000n;
const MINUTE = 60_000_000n;

/** The facts that functions on time need. */
export interface Clock {
  now: Instant | null;
  today: Day | null;
  zone: string;
}

type Run = (clock: Clock, ...given: Value[]) => Value;

/** The functions by name; none is given a null. */
export const DATES: Record<string, Run> = {
  date: (clock, value) => toDay(clock, value),
  datetime: (clock, value) => toInstant(clock, value),
  year: (clock, day) => whole(civil(clock, day).year),
  month: (clock, day) => whole(civil(clock, day).month),
  day: (clock, day) => whole(civil(clock, day).day),
  weekday: (clock, day) => whole(modulo(localDay(clock, day).days + 3, 7) + 1),
  hour: (clock, moment) => whole(localHour(clock.zone, moment as Instant)),
  start_of_day: (clock, day) => midnight(clock.zone, localDay(clock, day)),
  start_of_month: (clock, day) => onDay(civil(clock, day), 1),
  end_of_month: (clock, day) => {
    const local = civil(clock, day);
    return onDay(local, lengthOfMonth(local.year, local.month));
  },
  add_days: (_clock, day, count) => addDays(day, wholeCount(count)),
  add_months: (_clock, day, count) => addMonths(day, wholeCount(count)),
  days_between: (_clock, start, end) => between(start, end, DAY),
  hours_between: (_clock, start, end) => between(start, end, HOUR),
  minutes_between: (_clock, start, end) => between(start, end, MINUTE),
  days_since: (clock, day) => between(day, day instanceof Instant ? clock.now : clock.today, DAY),
  hours_since: (clock, moment) => between(moment, clock.now, HOUR),
  minutes_since: (clock, moment) => between(moment, clock.now, MINUTE),
  days: (_clock, count) => span(count, DAY),
  hours: (_clock, count) => span(count, HOUR),
  minutes: (_clock, count) => span(count, MINUTE),
  seconds: (_clock, count) => span(count, 1_000_000n),
};

interface Civil {
  year: number;
  month: number;
  day: number;
}

function toDay(clock: Clock, value: Value): Day | null {
  if (value instanceof Instant) return localDay(clock, value);
  if (value instanceof Day) return value;
  const days = dayNumber(bare(value as string));
  return days === null ? null : new Day(days);
}

function toInstant(clock: Clock, value: Value): Instant | null {
  if (value instanceof Instant) return value;
  if (value instanceof Day) return midnight(clock.zone, value);
  const text = bare(value as string).replaceAll(" ", "T");
  const cut = text.indexOf("T");
  const days = cut < 0 ? null : dayNumber(text.slice(0, cut));
  const parts = days === null ? null : clockParts(text.slice(cut + 1));
  if (days === null || parts === null) return null;
  const local = BigInt(days) * DAY + parts.micros;
  return parts.offset === null ? fromLocal(clock.zone, local) : new Instant(local - parts.offset);
}

function bare(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function localDay(clock: Clock, day: Value): Day {
  if (day instanceof Day) return day;
  const moment = day as Instant;
  return new Day(Number(floorDivide(moment.micros + offsetAt(clock.zone, moment.micros), DAY)));
}

function localHour(zone: string, moment: Instant): number {
  const local = moment.micros + offsetAt(zone, moment.micros);
  return Number((local - floorDivide(local, DAY) * DAY) / HOUR);
}

function midnight(zone: string, day: Day): Instant {
  return fromLocal(zone, BigInt(day.days) * DAY);
}

/** Local time to an instant: the first of two, and past a gap by the offset before it. */
function fromLocal(zone: string, local: bigint): Instant {
  const before = offsetAt(zone, local - DAY);
  const after = offsetAt(zone, local + DAY);
  if (offsetAt(zone, local - before) !== before && offsetAt(zone, local - after) === after) {
    return new Instant(local - after);
  }
  return new Instant(local - before);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

/** How far the zone is ahead of UTC at a moment, in microseconds. */
function offsetAt(zone: string, micros: bigint): bigint {
  if (zone === "UTC") return 0n;
  const milliseconds = Number(floorDivide(micros, 1_000_000n)) * 1000;
  const parts: Record<string, number> = {};
  for (const part of formatFor(zone).formatToParts(milliseconds)) {
    parts[part.type] = Number(part.value);
  }
  const at = new Date(0);
  at.setUTCFullYear(parts.year!, parts.month! - 1, parts.day);
  at.setUTCHours(parts.hour!, parts.minute, parts.second);
  return BigInt(at.getTime() - milliseconds) * 1000n;
}

function civil(clock: Clock, day: Value): Civil {
  return civilOf(localDay(clock, day).days);
}

function civilOf(days: number): Civil {
  const at = new Date(days * 86_400_000);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

function onDay(civilDay: Civil, day: number): Day {
  return new Day(daysOf(civilDay.year, civilDay.month, day));
}

function daysOf(year: number, month: number, day: number): number {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return Math.round(at.getTime() / 86_400_000);
}

function lengthOfMonth(year: number, month: number): number {
  return civilOf(daysOf(year, month + 1, 1) - 1).day;
}

function addDays(day: Value, count: number): Value {
  if (day instanceof Day) return new Day(day.days + count);
  return new Instant((day as Instant).micros + BigInt(count) * DAY);
}

function addMonths(day: Value, count: number): Value {
  const micros = day instanceof Instant ? day.micros : BigInt((day as Day).days) * DAY;
  const from = civilOf(Number(floorDivide(micros, DAY)));
  const months = from.year * 12 + from.month - 1 + count;
  const year = Math.floor(months / 12);
  if (year < 1 || year > 9999) throw new EvaluationError("a date is out of range");
  const month = modulo(months, 12) + 1;
  const days = daysOf(year, month, Math.min(from.day, lengthOfMonth(year, month)));
  if (day instanceof Day) return new Day(days);
  return new Instant(BigInt(days) * DAY + (micros - floorDivide(micros, DAY) * DAY));
}

function between(start: Value, end: Value, unit: bigint): Value {
  if (start === null || end === null) return null;
  const length = microsOf(end) - microsOf(start);
  return divide(new Exact(String(length)), new Exact(String(unit)));
}

function microsOf(day: Value): bigint {
  return day instanceof Day ? BigInt(day.days) * DAY : (day as Instant).micros;
}

function span(count: Value, unit: bigint): Value {
  return spanOf((count as Exact).times(String(unit)));
}

function wholeCount(count: Value): number {
  const number = (count as Exact).trunc().toNumber();
  if (Math.abs(number) > 4_000_000) throw new EvaluationError("a date is out of range");
  return number;
}

function whole(number: number): Exact {
  return new Exact(number);
}

function modulo(left: number, right: number): number {
  return ((left % right) + right) % right;
}
