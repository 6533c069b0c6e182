/** A dot on what differs from the live version. */
import { useIsChanged } from "../context";
import type { Path } from "../model/tree";
import { useWords } from "../words";

export function ChangedDot({ path }: { path: Path }) {
  const { say } = useWords();
  if (!useIsChanged(path)) return null;
  const words = say("changed.dot");
  return <span className="changed-dot" role="img" aria-label={words} title={words} />;
}
