/** Search everything one can add; arrows and Enter are enough. */
import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { Icon } from "../icons";
import { useWords } from "../words";
import { Dialog } from "./Dialog";

export interface Addable {
  id: string;
  label: string;
  icon: string;
  group: string;
}

interface Props {
  title: string;
  choices: Addable[];
  onPick: (id: string) => void;
  onClose: () => void;
}

export function AddDialog({ title, choices, onPick, onClose }: Props) {
  const { say } = useWords();
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState(0);
  const list = useId();
  const found = useMemo(() => matching(choices, query), [choices, query]);
  const pick = (id: string): void => {
    onClose();
    onPick(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      setCurrent((current + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === "Enter" && found[current]) {
      event.preventDefault();
      pick(found[current].id);
    }
  };
  return (
    <Dialog onClose={onClose} title={title} size="md">
      <TextInput
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setCurrent(0);
        }}
        onKeyDown={onKeyDown}
        placeholder={say("add.search")}
        aria-label={say("add.search")}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[current] ? `${list}-${current}` : undefined}
        leftSection={<Icon name="search" />}
        data-autofocus
        classNames={{ input: "own-way" }}
      />
      <div className="add-list" role="listbox" id={list} aria-label={title}>
        {found.length === 0 && <p className="muted">{say("add.none")}</p>}
        {found.map((one, index) => (
          <div
            key={one.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            tabIndex={-1}
            className="add-list__option"
            onClick={() => pick(one.id)}
            onKeyDown={(event) => event.key === "Enter" && pick(one.id)}
            onPointerMove={() => setCurrent(index)}
          >
            <Icon name={one.icon} />
            <span>{one.label}</span>
            <span className="muted">{one.group}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** Those whose label, id or group has every word, in the order given. */
export function matching(choices: readonly Addable[], query: string): Addable[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter((one) => {
    const text = `${one.label} ${one.id} ${one.group}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
