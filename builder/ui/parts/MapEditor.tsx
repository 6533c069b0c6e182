/** Named parts of the definition: options of a choice, outcomes, timers, access by role. */
import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAt, useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { blankOf, editorOf, resolved, type Schema } from "../model/schema";
import { type Data, freeId, isId, isMap, type Path } from "../model/tree";
import { useWords } from "../words";
import type { SchemaEditorProps } from "./editor_props";
import { Fold } from "./Fold";
import { OptionEditor } from "./OptionEditor";
import { useText } from "./use_text";

export function MapEditor({ path, label, description, error, isRequired, schema }: SchemaEditorProps) {
  const written = useAt(path);
  const entries = Object.entries(isMap(written) ? written : {});
  return (
    <Fold path={path} label={label} description={description} error={error} isOpen={isRequired ?? false}>
      <Stack gap="xs">
        {entries.map(([id, value], index) => (
          <Entry
            key={id}
            path={[...path, id]}
            value={value}
            schema={schema.additionalProperties as Schema}
            previous={entries[index - 1]?.[0]}
            next={entries[index + 2]?.[0] ?? null}
            isLast={index === entries.length - 1}
          />
        ))}
        <AddEntry path={path} label={label} schema={schema} taken={entries.map(([id]) => id)} />
      </Stack>
    </Fold>
  );
}

interface EntryProps {
  path: Path;
  value: Data;
  schema: Schema;
  previous: string | undefined;
  next: string | null;
  isLast: boolean;
}

function Entry({ path, value, schema, previous, next, isLast }: EntryProps) {
  const root = useDesign((state) => state.palette.schema);
  const { make } = useDesigner();
  const { say } = useWords();
  const id = String(path[path.length - 1]);
  const full = resolved(root, schema, value);
  const typed = useText(id, (text) => {
    if (isId(text)) void make({ op: "rename_key", path, key: text });
  });
  const option = { key: "", path, schema: full, editor: editorOf(full, value), isRequired: false, isSet: true };
  return (
    <div className="list-item">
      <div className="list-item__body">
        <TextInput {...typed} aria-label={say("map.id")} classNames={{ input: "mono" }} error={isId(typed.value) ? undefined : say("map.id_help")} />
        <OptionEditor option={{ ...option, schema: { ...full, title: say("map.value", { id }) } }} />
      </div>
      <Group gap={2} wrap="nowrap" className="list-item__tools">
        <ActionIcon variant="subtle" color="gray" disabled={previous === undefined} aria-label={say("list.up")} onClick={() => void make({ op: "move_key", path, before: previous ?? null })}>
          <Icon name="up" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" disabled={isLast} aria-label={say("list.down")} onClick={() => void make({ op: "move_key", path, before: next })}>
          <Icon name="down" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={say("list.remove")} onClick={() => void make({ op: "delete", path })}>
          <Icon name="trash" />
        </ActionIcon>
      </Group>
    </div>
  );
}

function AddEntry({ path, label, schema, taken }: { path: Path; label: string; schema: Schema; taken: string[] }) {
  const root = useDesign((state) => state.palette.schema);
  const { make } = useDesigner();
  const { say } = useWords();
  const [name, setName] = useState("");
  const add = (): void => {
    if (!name.trim()) return;
    const value = blankOf(root, schema.additionalProperties as Schema);
    void make({ op: "insert_key", parent: path, key: freeId(name, taken), value: value === "" ? name.trim() : value });
    setName("");
  };
  return (
    <Group gap="xs" wrap="nowrap" align="end">
      <TextInput
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && add()}
        placeholder={say("map.new")}
        aria-label={say("map.new_of", { name: label })}
        classNames={{ input: "own-way" }}
        className="grow"
      />
      <Button variant="default" leftSection={<Icon name="plus" />} onClick={add} disabled={!name.trim()}>
        {say("map.add")}
      </Button>
    </Group>
  );
}
