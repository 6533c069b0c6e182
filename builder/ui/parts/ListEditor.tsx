/** A list of the definition: items one below the other, added, moved and taken out. */
import { ActionIcon, Button, Group, Menu, Stack, TextInput } from "@mantine/core";
import { useAt, useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { blankOf, branchFor, editorOf, resolved, type Schema } from "../model/schema";
import { type Data, isMap, type Path } from "../model/tree";
import { useWords } from "../words";
import type { SchemaEditorProps } from "./editor_props";
import { Fold } from "./Fold";
import { OptionEditor, OptionList, useTitle } from "./OptionEditor";
import { ProblemNotes } from "./ProblemNotes";
import { useText } from "./use_text";

export function ListEditor({ path, label, description, error, isRequired, schema }: SchemaEditorProps) {
  const root = useDesign((state) => state.palette.schema);
  const { make } = useDesigner();
  const { say } = useWords();
  const titled = useTitle();
  const written = useAt(path);
  const items = Array.isArray(written) ? written : [];
  const itemSchema = resolved(root, schema.items);
  const kinds = kindsOf(itemSchema);
  const add = (value: unknown): void => void make({ op: "insert_item", parent: path, value });
  return (
    <Fold path={path} label={label} description={description} error={error} isOpen={isRequired ?? false}>
      <Stack gap="xs">
        {items.map((item, index) => (
          // biome-ignore lint: items of a list have no id of their own
          <Item key={index} path={[...path, index]} item={item} schema={itemSchema} count={items.length} />
        ))}
        {kinds.length > 1 ? (
          <Menu withinPortal position="bottom-start">
            <Menu.Target>
              <Button variant="default" size="sm" leftSection={<Icon name="plus" />}>
                {say("list.add", { name: label })}
              </Button>
            </Menu.Target>
            <Menu.Dropdown className="menu-tall">
              {kinds.map(([key, one]) => (
                <Menu.Item key={key} onClick={() => add({ [key]: blankOf(root, one) })}>
                  {titled(resolved(root, one).title) || key}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : (
          <Button
            variant="default"
            size="sm"
            leftSection={<Icon name="plus" />}
            onClick={() => add(blankOf(root, itemSchema))}
          >
            {say("list.add", { name: label })}
          </Button>
        )}
      </Stack>
    </Fold>
  );
}

function Item({ path, item, schema, count }: { path: Path; item: Data; schema: Schema; count: number }) {
  const root = useDesign((state) => state.palette.schema);
  const { make } = useDesigner();
  const { say } = useWords();
  const index = path[path.length - 1] as number;
  const parent = path.slice(0, -1);
  const move = (to: number): void => void make({ op: "move_item", path, parent, index: to });
  const fitting = branchFor(root, resolved(root, schema, item), item);
  return (
    <div className="list-item">
      <div className="list-item__body">
        <ProblemNotes path={path} />
        {isMap(item) ? (
          <MapItem path={path} item={item} schema={fitting} />
        ) : Array.isArray(item) ? (
          <Row path={path} items={item} />
        ) : (
          <Plain path={path} item={item ?? ""} label={say("list.item", { number: index + 1 })} />
        )}
      </div>
      <Group gap={2} wrap="nowrap" className="list-item__tools">
        <ActionIcon variant="subtle" color="gray" disabled={index === 0} aria-label={say("list.up")} onClick={() => move(index - 1)}>
          <Icon name="up" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" disabled={index === count - 1} aria-label={say("list.down")} onClick={() => move(index + 1)}>
          <Icon name="down" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={say("list.remove")} onClick={() => void make({ op: "delete", path })}>
          <Icon name="trash" />
        </ActionIcon>
      </Group>
    </div>
  );
}

/** A map in a list. One with a single key that names its kind (an action) shows that as its title. */
function MapItem({ path, item, schema }: { path: Path; item: Record<string, Data>; schema: Schema }) {
  const root = useDesign((state) => state.palette.schema);
  const keys = Object.keys(item);
  const only = keys[0];
  const own = only === undefined ? undefined : schema.properties?.[only];
  if (keys.length === 1 && only !== undefined && own && schema.maxProperties === 1) {
    const full = resolved(root, own, item[only]);
    const option = {
      key: only,
      path: [...path, only],
      schema: full,
      editor: editorOf(full, item[only]),
      isRequired: false,
      isSet: true,
    };
    return <OptionEditor option={option} />;
  }
  return <OptionList path={path} schema={schema} />;
}

function Row({ path, items }: { path: Path; items: Data[] }) {
  const { say } = useWords();
  return (
    <Group gap="xs" grow>
      {items.map((item, index) => (
        // biome-ignore lint: cells have no id of their own
        <Plain key={index} path={[...path, index]} item={item ?? ""} label={say("list.cell", { number: index + 1 })} />
      ))}
    </Group>
  );
}

function Plain({ path, item, label }: { path: Path; item: Data; label: string }) {
  const { make } = useDesigner();
  const typed = useText(
    typeof item === "string" ? item : JSON.stringify(item),
    (text) => void make({ op: "set_option", path, value: text }),
  );
  return <TextInput {...typed} aria-label={label} dir="auto" />;
}

/** The kinds an item may be, when it is a map with one key of several. */
function kindsOf(schema: Schema): [string, Schema][] {
  return schema.maxProperties === 1 ? Object.entries(schema.properties ?? {}) : [];
}
