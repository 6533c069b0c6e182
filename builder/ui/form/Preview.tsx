/** The form as people will meet it: rendered by the server from the draft, in a sealed frame. */
import { SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import { useDesign, useDesigner, useLocales } from "../context";
import { languageName } from "../parts/WordsInput";
import { useWords } from "../words";

export function Preview({ form }: { form: string }) {
  const { say, locale: reader } = useWords();
  const { api } = useDesigner();
  const locales = useLocales();
  const revision = useDesign((state) => state.draft.revision);
  const [locale, setLocale] = useState(locales.includes(reader) ? reader : (locales[0] ?? "en"));
  const [size, setSize] = useState("desk");
  return (
    <div className="preview">
      <div className="toolbar">
        <Select
          aria-label={say("preview.language")}
          data={locales.map((one) => ({ value: one, label: languageName(one, reader) }))}
          value={locale}
          onChange={(chosen) => chosen && setLocale(chosen)}
          allowDeselect={false}
        />
        <SegmentedControl
          aria-label={say("preview.size")}
          value={size}
          onChange={setSize}
          data={[
            { value: "desk", label: say("preview.desk") },
            { value: "phone", label: say("preview.phone") },
          ]}
        />
      </div>
      <iframe
        title={say("preview.title")}
        className="preview__frame"
        data-size={size}
        // No scripts run in it; of our origin it is only so that it may load our style sheets.
        sandbox="allow-same-origin"
        src={api.previewAddress(form, revision, locale)}
      />
    </div>
  );
}
