/** A text of the app in one of its locales, with a place to write the others. */
import { ActionIcon, Popover, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAt, useDesign, useDesigner, useLocales } from "../context";
import { Icon } from "../icons";
import { textFor, textIn, untranslated } from "../model/texts";
import type { Path } from "../model/tree";
import { useWords } from "../words";
import { useText } from "./use_text";

interface Props {
  path: Path;
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  isLong?: boolean;
  isRequired?: boolean;
}

/** The reader's own locale where the app has it, the others one press away. */
export function WordsInput(props: Props) {
  const locales = useLocales();
  const reader = useDesign((state) => state.locale);
  const [isOpen, setOpen] = useState(false);
  const { say } = useWords();
  const written = useAt(props.path);
  const own = locales.includes(reader) ? reader : (locales[0] ?? "en");
  const missing = untranslated(written, locales).length;
  const label = say("words.translations", { name: props.label });
  const globe = (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={320} trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={missing ? say("words.missing", { name: props.label, count: missing }) : label}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className={missing ? "words__globe words__globe--missing" : "words__globe"}
        >
          <Icon name="language" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {locales.map((locale) => (
            <OneLocale {...props} key={locale} locale={locale} label={languageName(locale, reader)} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
  return <OneLocale {...props} locale={own} globe={locales.length > 1 ? globe : undefined} />;
}

function OneLocale(props: Props & { locale: string; globe?: React.ReactNode }) {
  const { path, locale, label, description, error, isLong, isRequired, globe } = props;
  const { make } = useDesigner();
  const locales = useLocales();
  const written = useAt(path);
  const typed = useText(
    textFor(written, locale, locales),
    (text) => void make({ op: "set_text", path, locale, text: text.trim() }),
    isLong,
  );
  const shared = {
    ...typed,
    label,
    description,
    error,
    placeholder: textIn(written, locale, locales),
    rightSection: globe,
    rightSectionPointerEvents: "all" as const,
    rightSectionWidth: "var(--target)",
    classNames: { input: "own-way" },
    lang: locale,
    required: isRequired ?? false,
  };
  return isLong ? <Textarea {...shared} autosize minRows={2} maxRows={8} /> : <TextInput {...shared} />;
}

/** `Chinese` for `zh`, in the reader's language. */
export function languageName(locale: string, reader: string): string {
  return new Intl.DisplayNames([reader], { type: "language" }).of(locale) ?? locale;
}
