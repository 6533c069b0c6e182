/** The kinds of node, as palette and search offer them. */
import { useMemo } from "react";
import { useDesign } from "../context";
import type { Addable } from "../parts/AddDialog";
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
