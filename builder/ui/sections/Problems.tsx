/** Everything that keeps the draft from being published, each problem leading to its place. */
import { useDesign, useDesigner } from "../context";
import type { SectionProps } from "../frame/Frame";
import { pageOf, type Problem } from "../model/problems";
import { partSections } from "../model/sections";
import { ProblemNote } from "../parts/ProblemNotes";
import { goTo } from "../place";
import { useWords } from "../words";

export default function Problems({ app }: SectionProps) {
  const { say } = useWords();
  const designer = useDesigner();
  const problems = useDesign((state) => state.problems);
  const isChecked = useDesign((state) => state.isChecked);
  const open = (problem: Problem): void => {
    const page = pageOf(problem.path);
    const section = partSections.find((one) => one.key === page.section);
    if (!section) goTo(app, "text");
    else goTo(app, page.section, section.isWhole ? null : page.id);
    // After the page has changed: arriving somewhere selects nothing.
    setTimeout(() => designer.select(problem.path), 50);
  };
  return (
    <div className="page-body page-body--narrow">
      <h2>{say("section.problems")}</h2>
      {!isChecked && <p className="muted">{say("problems.checking")}</p>}
      {isChecked && problems.length === 0 && (
        <div className="empty">
          <h3>{say("problems.none")}</h3>
          <p>{say("problems.none_what")}</p>
        </div>
      )}
      {problems.map((problem) => (
        <ProblemNote
          key={`${problem.code} ${problem.place} ${problem.message}`}
          problem={problem}
          onOpen={() => open(problem)}
        />
      ))}
    </div>
  );
}
