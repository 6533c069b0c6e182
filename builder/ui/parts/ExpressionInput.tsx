/** An expression with its problem at once beside it; conditions as never, always, or when. */
import { Menu, SegmentedControl, Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useApp, useAt, useDesigner, useRead } from "../context";
import { Icon } from "../icons";
import { type Data, isMap, mapAt, type Path } from "../model/tree";
import { formOf } from "../model/references";
import { useWords } from "../words";
import type { EditorProps } from "./editor_props";
import { useText } from "./use_text";

/** A free expression. */
export function ExpressionInput({ path, label, description, error, isRequired }: EditorProps) {
  const { make } = useDesigner();
  const written = useAt(path);
  const typed = useText(
    asText(written),
    (text) => void make({ op: "set_option", path, value: text.trim() || null }),
    true,
  );
  return (
    <Stack gap={4}>
      <Textarea
        {...typed}
        label={label}
        description={description}
        error={error}
        required={isRequired ?? false}
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        classNames={{ input: "mono" }}
      />
      <FieldMenu path={path} onPick={(word) => insert(typed.value, word, path, make)} />
    </Stack>
  );
}

/** A condition: most are simply off or on, so that nobody writes `true`. */
export function ConditionInput(props: EditorProps & { fallback: "true" | "false" }) {
  const { path, label, description, fallback } = props;
  const { say } = useWords();
  const { make } = useDesigner();
  const written = asText(useAt(path));
  const [wantsWhen, setWantsWhen] = useState(false);
  const stands = written === "" ? fallback : written;
  const isWhen = wantsWhen || (stands !== "true" && stands !== "false");
  const choose = (choice: string): void => {
    setWantsWhen(choice === "when");
    if (choice === "when") return;
    void make({ op: "set_option", path, value: choice === fallback ? null : choice === "true" });
  };
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} component="div" id={`condition-${path.join("-")}`}>
        {label}
      </Text>
      {description && (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      )}
      <SegmentedControl
        fullWidth
        value={isWhen ? "when" : stands}
        onChange={choose}
        aria-label={label}
        data={[
          { value: "false", label: say("condition.never") },
          { value: "true", label: say("condition.always") },
          { value: "when", label: say("condition.when") },
        ]}
      />
      {isWhen && <ExpressionInput {...props} label={say("condition.if")} description={undefined} />}
      {!isWhen && props.error && (
        <Text size="xs" c="var(--danger-text)">
          {props.error}
        </Text>
      )}
    </Stack>
  );
}

function FieldMenu({ path, onPick }: { path: Path; onPick: (word: string) => void }) {
  const app = useApp();
  const read = useRead();
  const { say } = useWords();
  const form = formOf(app, path);
  const fields = form ? Object.entries(mapAt(app, ["forms", form, "fields"])) : [];
  if (!fields.length) return null;
  return (
    <Menu withinPortal position="bottom-start">
      <Menu.Target>
        <UnstyledButton className="quiet-link">
          <Icon name="plus" /> {say("expression.insert_field")}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className="menu-tall">
        {fields.map(([id, field]) => (
          <Menu.Item key={id} onClick={() => onPick(`record.${id}`)}>
            <span dir="auto">{read(isMap(field) ? field.title : undefined, id)}</span>{" "}
            <code dir="ltr">record.{id}</code>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type Make = ReturnType<typeof useDesigner>["make"];

function insert(value: string, word: string, path: Path, make: Make): void {
  const joined = [value.trim(), word].filter(Boolean).join(" ");
  void make({ op: "set_option", path, value: joined });
}

function asText(written: Data | undefined): string {
  return typeof written === "string" ? written : "";
}
