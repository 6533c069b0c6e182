/** The editor of one option, chosen by its schema; the generated panel is made of these. */
import { MultiSelect, Select, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useApp, useAt, useDesign, useDesigner, useRead } from "../context";
import { choicesOf } from "../model/references";
import { isCondition, type Option, optionsOf, resolved, type Schema } from "../model/schema";
import type { Data, Path } from "../model/tree";
import { useWords } from "../words";
import { ChangedDot } from "./ChangedDot";
import type { EditorProps, SchemaEditorProps } from "./editor_props";
import { ConditionInput, ExpressionInput } from "./ExpressionInput";
import { Fold } from "./Fold";
import { ListEditor } from "./ListEditor";
import { MapEditor } from "./MapEditor";
import { useProblemText } from "./ProblemNotes";
import { useText } from "./use_text";
import { WordsInput } from "./WordsInput";

/** One option with its label, help and problems, and a dot when it is not as it is live. */
export function OptionEditor({ option }: { option: Option }) {
  return (
    <div className="option">
      <ChangedDot path={option.path} />
      <Editor option={option} />
    </div>
  );
}

function Editor({ option }: { option: Option }) {
  const label = useOptionLabel(option);
  const error = useProblemText(option.path);
  const description = useOptionHelp(option);
  const shared = { path: option.path, label, description, error, isRequired: option.isRequired };
  switch (option.editor) {
    case "words":
      return <WordsInput {...shared} isLong={option.key === "help" || option.key === "body"} />;
    case "expression":
      return isCondition(option.schema) && fallbackOf(option.key) ? (
        <ConditionInput {...shared} fallback={fallbackOf(option.key) ?? "false"} />
      ) : (
        <ExpressionInput {...shared} />
      );
    case "reference":
      return <ReferenceInput {...shared} kind={String(option.schema["x-reference"])} />;
    case "references":
      return <ReferencesInput {...shared} kind={String(option.schema.items?.["x-reference"])} />;
    case "choice":
      return <ChoiceInput {...shared} schema={option.schema} />;
    case "switch":
      return <SwitchInput {...shared} />;
    case "list":
      return <ListEditor {...shared} schema={option.schema} />;
    case "map":
      return <MapEditor {...shared} schema={option.schema} />;
    case "group":
      return <Group {...shared} schema={option.schema} />;
    case "written":
      return <WrittenInput {...shared} />;
    default:
      return (
        <PlainInput
          {...shared}
          isMono={option.editor === "template"}
          isLong={option.editor === "long_text" || option.editor === "template"}
          isNumber={option.editor === "number"}
          isDuration={option.editor === "duration"}
        />
      );
  }
}

/** The options of a map, one below the other. */
export function OptionList({ path, schema }: { path: Path; schema: Schema }) {
  const root = useDesign((state) => state.palette.schema);
  const data = useAt(path);
  return (
    <Stack gap="md">
      {optionsOf(root, resolved(root, schema, data), data, path).map((option) => (
        <OptionEditor key={option.key} option={option} />
      ))}
    </Stack>
  );
}

/** What an option is called: its schema's words in the reader's language, else its key. */
export function useOptionLabel(option: Pick<Option, "key" | "schema">): string {
  return useTitle()(option.schema.title) || option.key.replaceAll("_", " ");
}

/** Titles of the definition's schema, which is written in English. */
export function useTitle(): (title: string | undefined) => string {
  const { say, has } = useWords();
  return (title = "") => (has(`title.${title}`) ? say(`title.${title}`) : title);
}

/** The schema's sentence about the option, in the reader's language. */
function useOptionHelp({ schema }: Option): string | undefined {
  const { say, has } = useWords();
  const key = `help.${schema.description}`;
  return schema.description && has(key) ? say(key) : schema.description;
}

/** What a condition is when nobody wrote it; none for conditions that must be written. */
function fallbackOf(key: string): "true" | "false" | null {
  if (key === "visible") return "true";
  return ["required", "readonly", "create", "read", "update", "delete"].includes(key) ? "false" : null;
}

function PlainInput(
  props: EditorProps & { isMono: boolean; isLong: boolean; isNumber: boolean; isDuration: boolean },
) {
  const { path, label, description, error, isRequired, isMono, isLong, isNumber, isDuration } = props;
  const { make } = useDesigner();
  const { say } = useWords();
  const written = useAt(path);
  const typed = useText(
    typeof written === "string" ? written : "",
    (text) => void make({ op: "set_option", path, value: text.trim() || null }),
    isLong,
  );
  const shared = {
    ...typed,
    label,
    description: description ?? (isDuration ? say("option_help.duration") : undefined),
    error,
    required: isRequired ?? false,
    classNames: { input: isMono || isNumber || isDuration ? "mono" : "own-way" },
  };
  if (isLong) return <Textarea {...shared} autosize minRows={1} maxRows={10} />;
  return <TextInput {...shared} inputMode={isNumber ? "decimal" : "text"} />;
}

function SwitchInput({ path, label, description, error }: EditorProps) {
  const { make } = useDesigner();
  const isOn = useAt(path) === "true";
  return (
    <Switch
      checked={isOn}
      label={label}
      description={description}
      error={error}
      onChange={(event) =>
        void make({ op: "set_option", path, value: event.currentTarget.checked ? true : null })
      }
    />
  );
}

function ChoiceInput({ schema, ...props }: SchemaEditorProps) {
  const { say, has } = useWords();
  const choices = (schema.enum ?? []).map(String).map((value) => ({
    value,
    label: has(`choice.${value}`) ? say(`choice.${value}`) : value.replaceAll("_", " "),
  }));
  return <OneOf {...props} choices={choices} />;
}

function ReferenceInput({ kind, ...props }: EditorProps & { kind: string }) {
  const written = useAt(props.path);
  const choices = useChoices(kind, props.path, typeof written === "string" ? [written] : []);
  return <OneOf {...props} choices={choices} isSearched />;
}

interface OneOfProps extends EditorProps {
  choices: { value: string; label: string }[];
  isSearched?: boolean;
}

function OneOf({ path, label, description, error, isRequired, choices, isSearched }: OneOfProps) {
  const { make } = useDesigner();
  const written = useAt(path);
  return (
    <Select
      label={label}
      description={description}
      error={error}
      data={choices}
      value={typeof written === "string" ? written : null}
      onChange={(value) => void make({ op: "set_option", path, value })}
      searchable={isSearched ?? false}
      clearable={!isRequired}
      required={isRequired ?? false}
      allowDeselect={!isRequired}
    />
  );
}

function ReferencesInput({ path, label, description, error, kind }: EditorProps & { kind: string }) {
  const { make } = useDesigner();
  const written = useAt(path);
  const chosen = Array.isArray(written) ? written.filter((one) => typeof one === "string") : [];
  const data = useChoices(kind, path, chosen);
  return (
    <MultiSelect
      label={label}
      description={description}
      error={error}
      data={data}
      value={chosen}
      onChange={(value) => void make({ op: "set_option", path, value: value.length ? value : null })}
      searchable
      clearable
    />
  );
}

/** Everything that can be named, and what is named although it is not there. */
function useChoices(kind: string, path: Path, chosen: readonly string[]) {
  const app = useApp();
  const read = useRead();
  const found = choicesOf(app, kind, path).map((one) => ({
    value: one.value,
    label: read(one.title, one.value),
  }));
  const known = new Set(found.map((one) => one.value));
  const unknown = [...new Set(chosen)].filter((value) => !known.has(value));
  return [...found, ...unknown.map((value) => ({ value, label: value }))];
}

function Group({ schema, isRequired, ...fold }: SchemaEditorProps) {
  return (
    <Fold {...fold} isOpen={isRequired ?? false}>
      <OptionList path={fold.path} schema={schema} />
    </Fold>
  );
}

function WrittenInput({ path, label, description, error }: EditorProps) {
  const { make } = useDesigner();
  const { say } = useWords();
  const written = useAt(path);
  const typed = useText(written === undefined ? "" : asJson(written), (text) => {
    const value = parsed(text);
    if (value !== undefined) void make({ op: "set_option", path, value });
  }, true);
  const isWrong = typed.value !== "" && parsed(typed.value) === undefined;
  return (
    <Textarea
      {...typed}
      label={label}
      description={description}
      error={isWrong ? say("written.not_readable") : error}
      autosize
      minRows={1}
      maxRows={12}
      spellCheck={false}
      classNames={{ input: "mono" }}
    />
  );
}

function asJson(data: Data): string {
  return typeof data === "string" ? data : JSON.stringify(data, null, 1);
}

/** A plain word stands for itself; brackets begin JSON. Undefined when that cannot be read. */
function parsed(text: string): Data | undefined {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (!/^[[{]/.test(trimmed)) return trimmed;
  try {
    return JSON.parse(trimmed) as Data;
  } catch {
    return undefined;
  }
}
