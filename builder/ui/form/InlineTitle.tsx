/** A title typed where it stands. */
import { useEffect, useRef } from "react";
import { useAt, useDesign, useDesigner, useLocales } from "../context";
import { textFor } from "../model/texts";
import type { Path } from "../model/tree";
import { useText } from "../parts/use_text";
import { useWords } from "../words";

export function InlineTitle({ path, onDone }: { path: Path; onDone: () => void }) {
  const { make } = useDesigner();
  const { say } = useWords();
  const reader = useDesign((state) => state.locale);
  const locales = useLocales();
  const locale = locales.includes(reader) ? reader : (locales[0] ?? "en");
  const written = useAt(path);
  const input = useRef<HTMLInputElement>(null);
  const typed = useText(textFor(written, locale, locales), (text) => {
    if (text.trim()) void make({ op: "set_text", path, locale, text: text.trim() });
  });
  useEffect(() => input.current?.select(), []);
  return (
    <input
      {...typed}
      ref={input}
      className="input inline-title"
      aria-label={say("rename")}
      dir="auto"
      onClick={(event) => event.stopPropagation()}
      onBlur={() => {
        typed.onBlur();
        onDone();
      }}
    />
  );
}
