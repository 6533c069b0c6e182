/** Every word of the designer exists in every language, with the same parameters. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import ar from "./ar.json";
import en from "./en.json";
import es from "./es.json";
import zh from "./zh.json";
import { sayer } from "../words";

type Messages = Record<string, string>;
const others: [string, Messages][] = [
  ["zh", zh],
  ["es", es],
  ["ar", ar],
];
const plurals = /_(zero|one|two|few|many|other)$/;
const keys = (messages: Messages): string[] =>
  [...new Set(Object.keys(messages).map((key) => key.replace(plurals, "")))]
    .filter((key) => !/^(title|help)\./.test(key))
    .sort();
const parameters = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe("messages", () => {
  it.each(others)("of %s are those of English", (_, messages) => {
    expect(keys(messages)).toEqual(keys(en));
  });

  it.each(others)("of %s have the parameters of English", (_, messages) => {
    const english: Messages = en;
    const differing = Object.keys(messages).filter((key) => {
      const other = english[key];
      const own = messages[key] ?? "";
      return other && !plurals.test(key) && `${parameters(own)}` !== `${parameters(other)}`;
    });
    expect(differing).toEqual([]);
  });

  it("has every word that a component says", () => {
    const said = sources(join(import.meta.dirname, "..")).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\bsay\("([^"]+)"/g)].map((match) => match[1] as string),
    );
    const known = new Set(keys(en));
    expect([...new Set(said)].filter((key) => !known.has(key))).toEqual([]);
    expect(said.length).toBeGreaterThan(100);
  });

  it("takes the plural form of the language", () => {
    expect(sayer(en, "en")("problems.count", { count: 1 })).toBe("1 problem");
    expect(sayer(ar, "ar")("problems.count", { count: 2 })).toBe("مشكلتان");
    expect(sayer(ar, "ar")("problems.count", { count: 5 })).toBe("5 مشكلات");
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => join(folder, name));
}
