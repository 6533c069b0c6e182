/** Everything that keeps the draft from being published, each problem leading to its place. */
import { useDesign } from "../context";
import type { SectionProps } from "../frame/section";
import { errorsOf } from "../model/problems";
import { ProblemNote } from "../parts/ProblemNotes";
import { useOpenPart } from "../parts/open_part";
import { useWords } from "../words";

export default function Problems({ app }: SectionProps) {
  const { say } = useWords();
  const openPart = useOpenPart(app);
  const problems = useDesign((state) => state.problems);
  const isChecked = useDesign((state) => state.isChecked);
  return (
    <div className="page-body page-body--narrow">
      <h2>{say("section.problems")}</h2>
      {!isChecked && <p className="muted">{say("problems.checking")}</p>}
      {isChecked && errorsOf(problems).length === 0 && (
        <div className="empty">
          <h3>{say("problems.none")}</h3>
          <p>{say("problems.none_what")}</p>
        </div>
      )}
      {problems.map((problem) => (
        <ProblemNote
          key={`${problem.code} ${problem.place} ${problem.message}`}
          problem={problem}
          onOpen={() => openPart(problem.path)}
        />
      ))}
    </div>
  );
}
