/** The palette: everything one can add, by group; press to add, or drag to a place. */
import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../icons";
import { useWords } from "../words";
import { type Addable, matching } from "./AddDialog";

interface Props {
  choices: Addable[];
  onAdd: (id: string) => void;
}

export function Offer({ choices, onAdd }: Props) {
  const { say } = useWords();
  const [query, setQuery] = useState("");
  const found = matching(choices, query);
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
