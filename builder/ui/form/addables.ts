/** Everything a form can be made of, as palette and search offer it: `field:text`, `block:section`. */
import { useMemo } from "react";
import { useDesign } from "../context";
import type { Addable } from "../parts/AddDialog";
import { useWords } from "../words";
import { layoutBlocks } from "./gestures";

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
