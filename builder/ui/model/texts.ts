/** Texts of a definition, written once or by locale, and the app's locales. Pure. */
import { type Data, isMap, listAt } from "./tree";

/** The app's locales, the fallback first. */
export function localesOf(app: Data | undefined): string[] {
  const written = listAt(app, ["locales"]).filter((one) => typeof one === "string");
  return written.length ? written : ["en"];
}

/** The text for a reader: their locale, the app's first, any; `fallback` when nothing is written. */
export function textIn(
  written: Data | undefined,
  locale: string,
  locales: readonly string[],
  fallback = "",
): string {
  if (typeof written === "string") return written;
  if (!isMap(written)) return fallback;
  for (const candidate of [locale, ...locales, ...Object.keys(written)]) {
    const text = written[candidate];
    if (typeof text === "string" && text) return text;
  }
  return fallback;
}

/** What is written for exactly this locale; a text written once stands under the first. */
export function textFor(
  written: Data | undefined,
  locale: string,
  locales: readonly string[],
): string {
  if (typeof written === "string") return locale === locales[0] ? written : "";
  const text = isMap(written) ? written[locale] : undefined;
  return typeof text === "string" ? text : "";
}

/** Locales in which a text is missing although another has it. */
export function untranslated(written: Data | undefined, locales: readonly string[]): string[] {
  if (written === undefined || written === null) return [];
  return locales.filter((locale) => !textFor(written, locale, locales));
}
