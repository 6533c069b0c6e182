/** Problems where they stand, each with the fix that its suggestion allows. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useAt, useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { type Problem, problemsAt } from "../model/problems";
import type { Path } from "../model/tree";
import { useWords } from "../words";

/** The sentence for an input's error line. */
export function useProblemText(path: Path): string | undefined {
  const found = useDesign((state) => state.problems);
  const own = problemsAt(found, path);
  return own.length ? own.map(sentence).join(" ") : undefined;
}

/** All problems of exactly this part, with quick fixes. */
export function ProblemNotes({ path }: { path: Path }) {
  const found = problemsAt(useDesign((state) => state.problems), path);
  if (!found.length) return null;
  return (
    <Stack gap="xs" className="problem-notes">
      {found.map((problem) => (
        <ProblemNote key={problem.code + problem.message} problem={problem} />
      ))}
    </Stack>
  );
}

/** One problem; `onOpen` makes it lead to its place. */
export function ProblemNote({ problem, onOpen }: { problem: Problem; onOpen?: () => void }) {
  const { say } = useWords();
  return (
    <div className="problem-note" data-severity={problem.severity}>
      <Icon name="alert" />
      <div className="problem-note__text">
        <Text size="sm" dir="auto">
          {problem.severity === "warning" && <strong>{say("problems.warning")} </strong>}
          {sentence(problem)}
        </Text>
        <Group gap="xs">
          {onOpen && (
            <Button variant="subtle" size="compact-sm" onClick={onOpen}>
              {say("problems.open")}
            </Button>
          )}
          <QuickFix problem={problem} />
          <Text size="xs" c="dimmed" dir="ltr">
            {problem.place} · {problem.code} · {say("problems.line", { line: problem.line })}
          </Text>
        </Group>
      </div>
    </div>
  );
}

function QuickFix({ problem }: { problem: Problem }) {
  const { make } = useDesigner();
  const { say } = useWords();
  const written = useAt(problem.path);
  const { fix } = problem;
  if (!fix || typeof written !== "string" || !written.includes(fix.wrong)) return null;
  const value = written.replace(fix.wrong, fix.right);
  return (
    <Button
      variant="light"
      size="compact-sm"
      onClick={() => void make({ op: "set_option", path: problem.path, value })}
    >
      {say("problems.use", { word: fix.right })}
    </Button>
  );
}

/** Message and hint as one text. */
export function sentence(problem: Problem): string {
  const message = problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
  const stop = /[.?!。？！؟]$/.test(message) ? "" : /\p{Script=Han}\P{L}*$/u.test(message) ? "。" : ".";
  return `${message}${stop}${problem.hint ? ` ${problem.hint}` : ""}`;
}
