/** How many problems a part has; marked more softly where all of them may be published. */
import { useDesign } from "../context";
import { errorsOf, problemsUnder } from "../model/problems";
import type { Path } from "../model/tree";
import { useWords } from "../words";

/** The heaviest of a part's problems, and how many there are. */
export function useProblemMark(path: Path): { count: number; severity: "error" | "warning" | undefined } {
  const found = problemsUnder(
    useDesign((state) => state.problems),
    path,
  );
  if (!found.length) return { count: 0, severity: undefined };
  return { count: found.length, severity: errorsOf(found).length ? "error" : "warning" };
}

export function ProblemCount({ path }: { path: Path }) {
  const { say } = useWords();
  const { count, severity } = useProblemMark(path);
  if (!count) return null;
  const words = say(severity === "error" ? "problems.count" : "problems.warnings", { count });
  return (
    <span className="count count--problem" data-severity={severity} role="img" aria-label={words} title={words}>
      {count}
    </span>
  );
}
