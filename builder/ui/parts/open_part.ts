/** Go to the page that shows a part of the definition, with the part selected there. */
import { useDesigner } from "../context";
import { pageOf } from "../model/problems";
import { partSections } from "../model/sections";
import type { Path } from "../model/tree";
import { goTo } from "../place";

export function useOpenPart(app: string): (path: Path) => void {
  const designer = useDesigner();
  return (path) => {
    const page = pageOf(path);
    const section = partSections.find((one) => one.key === page.section);
    if (!section) goTo(app, "text");
    else goTo(app, page.section, section.isWhole ? null : page.id);
    // After the page has changed: arriving somewhere selects nothing.
    setTimeout(() => designer.select(path), 50);
  };
}
