/** Exact arithmetic on numbers, texts, days, instants and spans; null in, null out. */
import { Day, EvaluationError, Exact, Instant, Span, type Value } from "./values";

const LIMIT = new Exact("1e34");
const DAY = 86_400_000_000n;
const MAX_TEXT = 20_000;

/** The result of `left sign right`. */
export function operate(sign: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (left instanceof Exact && right instanceof Exact) return onNumbers(sign, left, right);
  if (typeof left === "string" && typeof right === "string" && sign === "+") {
    return boundedText(left + right);
  }
  if (sign === "+" && left instanceof Span && !(right instanceof Span)) {
    return operate("+", right, left);
  }
  if (sign === "*" && left instanceof Exact) return operate("*", right, left);
  const timed = onTimes(sign, left, right);
  if (timed === undefined) throw new EvaluationError(`no meaning: ${sign}`);
  return timed;
}

/** The number itself; an error with more than 34 digits before the point. */
export function inRange(number: Exact): Exact {
  if (!number.isFinite() || number.abs().gte(LIMIT)) {
    throw new EvaluationError("a number has more than 34 digits before the point");
  }
  return number;
}

/** The text itself; an error when an expression has built one that is too long. */
export function boundedText(text: string): string {
  if (text.length > MAX_TEXT && [...text].length > MAX_TEXT) {
    throw new EvaluationError(`a text would be longer than ${MAX_TEXT} characters`);
  }
  return text;
}

/** A span of so many microseconds, halves away from zero. */
export function spanOf(micros: Exact | null): Span | null {
  if (micros === null) return null;
  return new Span(BigInt(micros.toDecimalPlaces(0, Exact.ROUND_HALF_UP).toFixed()));
}

/** The quotient with 34 digits; null when the divisor is zero. */
export function divide(left: Exact, right: Exact): Exact | null {
  return right.isZero() ? null : inRange(left.div(right));
}

function onNumbers(sign: string, left: Exact, right: Exact): Value {
  switch (sign) {
    case "+":
      return inRange(left.plus(right));
    case "-":
      return inRange(left.minus(right));
    case "*":
      return inRange(left.times(right));
    case "/":
      return divide(left, right);
    case "//":
      return right.isZero() ? null : floorQuotient(left, right);
    default:
      return right.isZero() ? null : floorRest(left, right);
  }
}

function floorQuotient(left: Exact, right: Exact): Exact {
  const rest = left.mod(right);
  const quotient = left.divToInt(right);
  const isBelow = !rest.isZero() && rest.isNegative() !== right.isNegative();
  return inRange(isBelow ? quotient.minus(1) : quotient);
}

function floorRest(left: Exact, right: Exact): Exact {
  const rest = left.mod(right);
  const isBelow = !rest.isZero() && rest.isNegative() !== right.isNegative();
  return inRange(isBelow ? rest.plus(right) : rest);
}

function onTimes(sign: string, left: Value, right: Value): Value | undefined {
  if (right instanceof Span) return withSpan(sign, left, right);
  if (left instanceof Span && right instanceof Exact) {
    const micros = new Exact(String(left.micros));
    if (sign === "*") return spanOf(inRange(micros.times(right)));
    return sign === "/" ? spanOf(divide(micros, right)) : undefined;
  }
  if (sign !== "-") return undefined;
  if (left instanceof Day && right instanceof Day) {
    return new Span(BigInt(left.days - right.days) * DAY);
  }
  const areInstants = left instanceof Instant && right instanceof Instant;
  return areInstants ? new Span(left.micros - right.micros) : undefined;
}

function withSpan(sign: string, left: Value, right: Span): Value | undefined {
  if (sign === "/" && left instanceof Span) {
    return divide(new Exact(String(left.micros)), new Exact(String(right.micros)));
  }
  if (sign !== "+" && sign !== "-") return undefined;
  const by = sign === "+" ? right.micros : -right.micros;
  if (left instanceof Instant) return new Instant(left.micros + by);
  if (left instanceof Span) return new Span(left.micros + by);
  // whole days only; what is left of a day does not count, in either direction
  return left instanceof Day ? new Day(left.days + Number(by / DAY)) : undefined;
}
