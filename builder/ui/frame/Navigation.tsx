/** The parts of the app by section, with the number of problems in each and a way to add one. */
import { useState } from "react";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import { Icon } from "../icons";
import { errorsOf, problemsUnder } from "../model/problems";
import { freeId, isMap, mapAt, type Path } from "../model/tree";
import { addressOf, goTo, type Place } from "../place";
import { ChangedDot } from "../parts/ChangedDot";
import { useWords } from "../words";
import { type PartSection, partSections } from "../model/sections";

export function Navigation({ app, place }: { app: string; place: Place }) {
  const { say } = useWords();
  const [isOpen, setOpen] = useState(false);
  const problems = useDesign((state) => errorsOf(state.problems).length);
  const pages: [string, string][] = [
    ["", "home"],
    ["problems", "alert"],
    ["sandbox", "play"],
    ["tests", "check"],
    ["text", "text"],
    ["versions", "history"],
  ];
  return (
    <nav className="design__parts" aria-label={say("frame.parts")} data-open={isOpen || undefined}>
      <button
        type="button"
        className="btn design__parts-toggle"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="menu" /> {say("frame.parts")}
      </button>
      <div className="design__parts-list" onClick={() => setOpen(false)} role="presentation">
        {pages.map(([section, icon]) => (
          <Link key={section} app={app} section={section} isHere={place.section === section} icon={icon}>
            {say(`section.${section || "overview"}`)}
            {section === "problems" && problems > 0 && <Count number={problems} />}
          </Link>
        ))}
        {partSections.map((section) => (
          <SectionParts key={section.key} app={app} place={place} section={section} />
        ))}
      </div>
    </nav>
  );
}

function SectionParts({ app, place, section }: { app: string; place: Place; section: PartSection }) {
  const { say } = useWords();
  const data = useApp();
  const read = useRead();
  const parts = Object.entries(mapAt(data, [section.key]));
  if (section.isWhole) {
    return (
      <Link app={app} section={section.key} icon={section.icon} isHere={place.section === section.key}>
        {say(`section.${section.key}`)}
        {section.paths.slice(0, 1).map((path) => (
          <ChangedDot key={path.join(".")} path={path} />
        ))}
        <ProblemCount path={section.paths[0] ?? []} />
      </Link>
    );
  }
  return (
    <section className="design__group">
      <div className="design__group-head">
        <h2>{say(`section.${section.key}`)}</h2>
        <AddPart app={app} section={section} taken={parts.map(([id]) => id)} />
      </div>
      {parts.map(([id, part]) => (
        <Link
          key={id}
          app={app}
          section={section.key}
          id={id}
          icon={section.icon}
          isHere={place.section === section.key && place.id === id}
        >
          <span dir="auto">{read(isMap(part) ? part.title : undefined, id)}</span>
          <ChangedDot path={[section.key, id]} />
          <ProblemCount path={[section.key, id]} />
        </Link>
      ))}
    </section>
  );
}

/** Adds a part to a section and opens it. */
export function AddPart({ app, section, taken }: { app: string; section: PartSection; taken: string[] }) {
  const { say } = useWords();
  const { make } = useDesigner();
  const data = useApp();
  const add = async (event: React.MouseEvent): Promise<void> => {
    event.stopPropagation();
    const title = say(`new.${section.key}`);
    const id = freeId(section.newId, taken);
    const value = section.blank(data, title, say);
    const operation = { op: "insert_key", parent: [section.key], key: id, value };
    if (await make(operation, ...(section.also?.(id) ?? []))) {
      goTo(app, section.key, id);
    }
  };
  return (
    <button
      type="button"
      className="btn btn--quiet btn--icon"
      aria-label={say("new.add", { name: say(`new.${section.key}`) })}
      title={say("new.add", { name: say(`new.${section.key}`) })}
      onClick={(event) => void add(event)}
    >
      <Icon name="plus" />
    </button>
  );
}

interface LinkProps {
  app: string;
  section: string;
  id?: string;
  icon: string;
  isHere: boolean;
  children: React.ReactNode;
}

/** A real link, so that it opens in a new tab too; a plain press stays on the page. */
export function Link({ app, section, id, icon, isHere, children }: LinkProps) {
  return (
    <a
      className="design__link"
      href={addressOf(app, section, id)}
      aria-current={isHere ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        goTo(app, section, id);
      }}
    >
      <Icon name={icon} />
      {children}
    </a>
  );
}

function ProblemCount({ path }: { path: Path }) {
  const count = useDesign((state) => errorsOf(problemsUnder(state.problems, path)).length);
  return count && path.length ? <Count number={count} /> : null;
}

function Count({ number }: { number: number }) {
  const { say } = useWords();
  return (
    <span className="count count--problem" title={say("problems.count", { count: number })}>
      {number}
    </span>
  );
}
