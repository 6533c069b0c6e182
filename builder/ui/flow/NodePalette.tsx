/** The kinds of node: press to add behind the selected one, or drag onto the canvas. */
import { TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useDesign } from "../context";
import { Icon } from "../icons";
import { type Addable, matching } from "../parts/AddDialog";
import { useWords } from "../words";

export function useNodeChoices(): Addable[] {
  const offered = useDesign((state) => state.palette.nodes);
  const { say, has } = useWords();
  return useMemo(
    () =>
      offered.map((one) => ({
        id: one.type,
        label: one.label,
        icon: one.icon,
        group: has(`group.${one.group}`) ? say(`group.${one.group}`) : one.group,
      })),
    [offered, say, has],
  );
}

export function NodePalette({ onAdd }: { onAdd: (what: string) => void }) {
  const { say } = useWords();
  const [query, setQuery] = useState("");
  const found = matching(useNodeChoices(), query);
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
              <button
                key={one.id}
                type="button"
                className="offer__entry"
                draggable
                data-add={one.id}
                title={say("palette.how")}
                onDragStart={(event) => {
                  event.dataTransfer.setData("application/x-dougong-node", one.id);
                  event.dataTransfer.effectAllowed = "copy";
                }}
                onClick={() => onAdd(one.id)}
              >
                <Icon name={one.icon} />
                <span>{one.label}</span>
              </button>
            ))}
        </section>
      ))}
      {!found.length && <p className="muted">{say("add.none")}</p>}
    </aside>
  );
}
