/**
 * Due times that go on counting while a page is open.
 *
 * The server has written what every badge says; this only writes it anew. Which instant a badge
 * counts to stands in its `data-due`; what waits or is over has none and is left alone.
 */
import { pageFact } from "./partial_updates";

export interface Words {
  now: string; // the server's clock when it wrote the page
  left: string; // "{time} left"
  late: string; // "{time} late"
  units: [string, string, string]; // day, hour, minute: " d", " h", " min"
}

const EVERY_MS = 15_000;
const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
const DAY_MIN = 24 * HOUR_MIN;
const FORTNIGHT_MIN = 14 * DAY_MIN;
const SOON_MS = 4 * HOUR_MIN * MINUTE_MS;

/** Writes the badges of a page anew, again and again; a page without words has none. */
export function wakeCountdown(page: Document): void {
  const said = pageFact("countdown");
  if (!said) return;
  const words = JSON.parse(said) as Words;
  // Neither what the machine's clock says nor how long the page took to come makes a difference.
  const skew = Date.parse(words.now) - Date.now();
  const tick = () => writeAll(page, words, new Date(Date.now() + skew));
  window.setInterval(tick, EVERY_MS);
  page.addEventListener("visibilitychange", tick);
}

function writeAll(page: Document, words: Words, now: Date): void {
  for (const badge of page.querySelectorAll<HTMLElement>("[data-due]")) {
    const left = Date.parse(badge.dataset["due"] ?? "") - now.getTime();
    const text = badge.querySelector("[data-due-text]");
    const said = dueText(left, words);
    if (!text || text.textContent === said) continue;
    text.textContent = said;
    badge.className = `badge badge--${dueColor(left)}`;
  }
}

/** `2 h 5 min left`, `1 d 3 h late`: as the server says it. */
export function dueText(left_ms: number, words: Words): string {
  const time = lengthText(Math.floor(Math.abs(left_ms) / MINUTE_MS), words.units);
  return (left_ms > 0 ? words.left : words.late).replace("{time}", time);
}

/** What is past due, what soon will be, and the rest. */
export function dueColor(left_ms: number): "danger" | "warning" | "info" {
  if (left_ms <= 0) return "danger";
  return left_ms < SOON_MS ? "warning" : "info";
}

/** Minutes do not matter beyond a day, hours not beyond a fortnight. */
function lengthText(minutes: number, units: Words["units"]): string {
  const days = Math.floor(minutes / DAY_MIN);
  const hours = minutes < FORTNIGHT_MIN ? Math.floor((minutes % DAY_MIN) / HOUR_MIN) : 0;
  const rest = minutes < DAY_MIN ? minutes % HOUR_MIN : 0;
  const parts = [days, hours, rest]
    .map((amount, at) => (amount > 0 ? `${String(amount)}${units[at] ?? ""}` : ""))
    .filter(Boolean);
  return parts.join(" ") || `0${units[2]}`;
}
