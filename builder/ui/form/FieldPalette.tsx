/** What a form can be made of: press to add, or drag to a place. */
import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { TextInput } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { useDesign } from "../context";
import { Icon } from "../icons";
import { type Addable, matching } from "../parts/AddDialog";
import { useWords } from "../words";
import { layoutBlocks } from "./gestures";

/** Everything that can be added: `field:text`, `block:section`. */
export function useAddables(): Addable[] {
  const offered = useDesign((state) => state.palette.fields);
  const { say, has } = useWords();
  return useMemo(() => {
    const group = (name: string) => (has(`group.${name}`) ? say(`group.${name}`) : name);
    const fields = offered.map((one) => ({
      id: `field:${one.type}`,
      label: one.label,
      icon: one.icon,
      group: group(one.group),
    }));
    const blocks = layoutBlocks.map((kind) => ({
      id: `block:${kind}`,
      label: say(`block.${kind}`),
      icon: kind === "text" ? "paragraph" : kind,
      group: group("layout"),
    }));
    return [...fields, ...blocks];
  }, [offered, say, has]);
}

export function FieldPalette({ onAdd }: { onAdd: (id: string) => void }) {
  const { say } = useWords();
  const [query, setQuery] = useState("");
  const addables = useAddables();
  const found = matching(addables, query);
  const groups = [...new Set(found.map((one) => one.group))];
  return (
    <aside className="offer" aria-label={say("palette.title")}>
      <TextInput
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        placeholder={say("palette.search")}
        aria-label={say("palette.search")}
        leftSection={<Icon name="search" />}
        classNames={{ input: "own-way" }}
      />
      {groups.map((group) => (
        <section key={group} className="offer__group">
          <h3>{group}</h3>
          {found
            .filter((one) => one.group === group)
            .map((one) => (
              <Entry key={one.id} entry={one} onAdd={onAdd} />
            ))}
        </section>
      ))}
      {!found.length && <p className="muted">{say("add.none")}</p>}
    </aside>
  );
}

function Entry({ entry, onAdd }: { entry: Addable; onAdd: (id: string) => void }) {
  const holder = useRef<HTMLButtonElement>(null);
  const { say } = useWords();
  useEffect(() => {
    if (!holder.current) return;
    return draggable({
      element: holder.current,
      getInitialData: () => ({ kind: "new", id: entry.id }),
    });
  }, [entry.id]);
  return (
    <button
      ref={holder}
      type="button"
      className="offer__entry"
      data-add={entry.id}
      title={say("palette.how")}
      onClick={() => onAdd(entry.id)}
    >
      <Icon name={entry.icon} />
      <span>{entry.label}</span>
    </button>
  );
}
