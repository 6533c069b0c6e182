/** Options that belong together, folded away until somebody wrote one or must. */
import { Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useAt, useProblemCount } from "../context";
import type { Path } from "../model/tree";
import { ProblemCount } from "./ProblemCount";
import { ProblemNotes } from "./ProblemNotes";

interface Props {
  path: Path;
  label: string;
  description?: string | undefined;
  /** A problem that the caller shows in words of its own. */
  error?: string | undefined;
  isOpen?: boolean;
  children: ReactNode;
}

export function Fold({ path, label, description, isOpen = false, children }: Props) {
  const isWritten = useAt(path) !== undefined;
  const problems = useProblemCount(path);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const shows = chosen ?? (isWritten || isOpen || problems > 0);
  return (
    <details
      className="option-group"
      open={shows}
      onToggle={(event) => setChosen(event.currentTarget.open)}
    >
      <summary>
        {label}
        <ProblemCount path={path} />
      </summary>
      {description && (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      )}
      <ProblemNotes path={path} />
      {shows && children}
    </details>
  );
}
