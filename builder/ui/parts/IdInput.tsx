/** The id of a part, as conditions and other parts name it. */
import { TextInput } from "@mantine/core";
import type { Operation } from "../api";
import { useDesigner } from "../context";
import { isId, type Path } from "../model/tree";
import { useWords } from "../words";
import { useText } from "./use_text";

interface Props {
  path: Path;
  /** The gesture that renames everywhere; without it only the part's own key changes. */
  rename?: (to: string) => Operation;
  onRenamed: (to: string) => void;
}

export function IdInput({ path, rename, onRenamed }: Props) {
  const { make } = useDesigner();
  const { say } = useWords();
  const id = String(path[path.length - 1]);
  const typed = useText(id, (to) => {
    if (!isId(to)) return;
    const operation = rename ? rename(to) : { op: "rename_key", path, key: to };
    void make(operation).then((isDone) => isDone && onRenamed(to));
  });
  return (
    <TextInput
      {...typed}
      label={say("id.label")}
      description={say("id.help")}
      error={isId(typed.value) ? undefined : say("map.id_help")}
      classNames={{ input: "mono" }}
    />
  );
}
