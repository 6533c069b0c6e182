/** The designer's own words in the reader's language; those of an app come from its definition. */
import { createContext, type ReactNode, useContext } from "react";
import type { DataMap } from "./model/tree";
import { textIn } from "./model/texts";

export type Messages = Record<string, string>;
export type Say = (key: string, params?: Record<string, string | number>) => string;

const loaders = import.meta.glob<{ default: Messages }>("./messages/*.json");

/** The messages of a language; English where there are none. */
export async function loadMessages(locale: string): Promise<Messages> {
  const load = loaders[`./messages/${locale}.json`] ?? loaders["./messages/en.json"];
  return load ? (await load()).default : {};
}

/** `say("publish.title", {version: 3})`. Plural forms: `key_one`, `key_other`, by `count`. */
export function sayer(messages: Messages, locale: string): Say {
  const plural = new Intl.PluralRules(locale);
  return (key, params = {}) => {
    const category = typeof params.count === "number" ? plural.select(params.count) : "";
    const message = messages[`${key}_${category}`] ?? messages[`${key}_other`] ?? messages[key] ?? key;
    return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  };
}

interface Words {
  say: Say;
  /** Whether a message exists: option labels fall back to the schema's own title. */
  has: (key: string) => boolean;
  locale: string;
}

const WordsContext = createContext<Words>({ say: (key) => key, has: () => false, locale: "en" });

export function WordsProvider(props: { messages: Messages; locale: string; children: ReactNode }) {
  const { messages, locale } = props;
  const words = { say: sayer(messages, locale), has: (key: string) => key in messages, locale };
  return <WordsContext.Provider value={words}>{props.children}</WordsContext.Provider>;
}

export const useWords = (): Words => useContext(WordsContext);

/** The title of a part of the app, or its id. */
export function titleOf(part: DataMap, id: string, locale: string, locales: readonly string[]): string {
  return textIn(part.title, locale, locales, id);
}
