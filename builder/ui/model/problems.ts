/** Problems of a draft, by the part of the definition they are about. Pure. */
import { isSame, type Path, startsWith } from "./tree";

export interface Problem {
  code: string;
  path: Path;
  place: string;
  line: number;
  column: number;
  message: string;
  hint: string;
  /** A warning never keeps the draft from being published. */
  severity: "error" | "warning";
  /** A suggestion that can be taken over as it is. */
  fix: { wrong: string; right: string } | null;
}

/** Those that keep the draft from being published. */
export function errorsOf(problems: readonly Problem[]): Problem[] {
  return problems.filter((one) => one.severity === "error");
}

/** Problems at `path` or below it. */
export function problemsUnder(problems: readonly Problem[], path: Path): Problem[] {
  return problems.filter((one) => startsWith(one.path, path));
}

/** Problems of exactly this option. */
export function problemsAt(problems: readonly Problem[], path: Path): Problem[] {
  return problems.filter((one) => isSame(one.path, path));
}

/** The designer page that shows what a problem is about, and the part to select there. */
export function pageOf(path: Path): { section: string; id: string | null; rest: Path } {
  const [section, id, ...rest] = path;
  const named = typeof id === "string" ? id : null;
  return { section: String(section ?? ""), id: named, rest };
}
