/** The app at a glance: its draft, its problems, and everything it is made of. */
import { SimpleGrid } from "@mantine/core";
import { useApp, useDesign, useRead } from "../context";
import type { SectionProps } from "../frame/section";
import { Link } from "../frame/Navigation";
import { fieldsInOrder, layoutOf } from "../model/layout";
import { errorsOf } from "../model/problems";
import { type PartSection, partSections } from "../model/sections";
import { type Data, isMap, mapAt } from "../model/tree";
import { goTo } from "../place";
import { useWords } from "../words";

export default function Overview({ app }: SectionProps) {
  const { say, locale } = useWords();
  const draft = useDesign((state) => state.draft);
  const problems = useDesign((state) => errorsOf(state.problems).length);
  const isChecked = useDesign((state) => state.isChecked);
  const standing = draft.is_changed
    ? say("overview.changed", { version: draft.base_version, name: draft.updated_by || "—" })
    : say("overview.live", { version: draft.live_version });
  return (
    <div className="page-body">
      <div className="overview__state card">
        <p>
          {standing}
          {draft.updated_at && (
            <>
              {" "}
              <time dateTime={draft.updated_at} title={draft.updated_at}>
                {new Date(draft.updated_at).toLocaleString(locale)}
              </time>
            </>
          )}
        </p>
        <button type="button" className="btn" onClick={() => goTo(app, "problems")}>
          {isChecked ? say("problems.count", { count: problems }) : say("problems.checking")}
        </button>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
        {partSections
          .filter((section) => !section.isWhole)
          .map((section) => (
            <Card key={section.key} app={app} section={section} />
          ))}
      </SimpleGrid>
    </div>
  );
}

function Card({ app, section }: { app: string; section: PartSection }) {
  const { say } = useWords();
  const data = useApp();
  const read = useRead();
  const parts = Object.entries(mapAt(data, [section.key]));
  return (
    <section className="card">
      <h2>
        {say(`section.${section.key}`)} <span className="count">{parts.length}</span>
      </h2>
      {parts.length === 0 && <p className="muted">{say(`empty.${section.key}`)}</p>}
      <ul className="plain-list">
        {parts.map(([id, part]) => (
          <li key={id}>
            <Link app={app} section={section.key} id={id} icon={section.icon} isHere={false}>
              <span dir="auto">{read(isMap(part) ? part.title : undefined, id)}</span>
              <span className="muted">{summary(data, section.key, id, say)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Say = ReturnType<typeof useWords>["say"];

function summary(data: Data, section: string, id: string, say: Say): string {
  if (section === "forms") {
    return say("overview.fields", { count: fieldsInOrder(layoutOf(data, id)).length });
  }
  if (section === "flows") {
    return say("overview.nodes", { count: Object.keys(mapAt(data, ["flows", id, "nodes"])).length });
  }
  return "";
}
