/**
 * The generated editor of any part of the app: rules, tables, reports, dashboards, roles, messages,
 * menu, settings. Its form is made of the definition's schema.
 */
import { ActionIcon, Menu } from "@mantine/core";
import { useApp, useAt, useDesign, useDesigner, useRead } from "../context";
import { AddPart, Link } from "../frame/Navigation";
import type { SectionProps } from "../frame/section";
import { Icon } from "../icons";
import { editorOf, schemaAt } from "../model/schema";
import { type PartSection, partSections } from "../model/sections";
import { at, freeId, isMap, mapAt, type Path } from "../model/tree";
import { ChangedDot } from "../parts/ChangedDot";
import { IdInput } from "../parts/IdInput";
import { OptionEditor } from "../parts/OptionEditor";
import { OptionList } from "../parts/OptionEditor";
import { ProblemNotes } from "../parts/ProblemNotes";
import { goTo } from "../place";
import { useWords } from "../words";

export default function Parts({ app, section, id }: SectionProps) {
  const { say } = useWords();
  const known = partSections.find((one) => one.key === section);
  if (!known) return <Nothing words={say("parts.gone")} />;
  if (!known.isWhole && id === null) return <Listed app={app} section={known} />;
  if (known.isWhole) return <Whole section={section} paths={known.paths} />;
  return <Part app={app} section={section} id={id as string} />;
}

/** The parts of a section, where none is chosen: on a phone the list at the side is folded away. */
function Listed({ app, section }: { app: string; section: PartSection }) {
  const { say } = useWords();
  const read = useRead();
  const parts = Object.entries(mapAt(useApp(), [section.key]));
  return (
    <div className="page-body page-body--narrow">
      <div className="part-head">
        <h2>{say(`section.${section.key}`)}</h2>
        <AddPart app={app} section={section} taken={parts.map(([id]) => id)} />
      </div>
      <p className="muted">{say("parts.choose")}</p>
      <div>
        {parts.map(([id, part]) => (
          <Link key={id} app={app} section={section.key} id={id} icon={section.icon} isHere={false}>
            <span dir="auto">{read(isMap(part) ? part.title : undefined, id)}</span>
            <ChangedDot path={[section.key, id]} />
          </Link>
        ))}
      </div>
    </div>
  );
}

function Part({ app, section, id }: { app: string; section: string; id: string }) {
  const { say } = useWords();
  const read = useRead();
  const data = useApp();
  const path: Path = [section, id];
  const root = useDesign((state) => state.palette.schema);
  const part = useAt(path);
  if (part === undefined) return <Nothing words={say("parts.gone")} />;
  return (
    <div className="page-body page-body--narrow">
      <div className="part-head">
        <h2 dir="auto">{read(isMap(part) ? part.title : undefined, id)}</h2>
        <PartMenu app={app} path={path} />
      </div>
      <ProblemNotes path={path} />
      <IdInput path={path} onRenamed={(to) => goTo(app, section, to)} />
      <OptionList path={path} schema={schemaAt(root, data, path)} />
    </div>
  );
}

function PartMenu({ app, path }: { app: string; path: Path }) {
  const { say } = useWords();
  const { make } = useDesigner();
  const data = useApp();
  const [section, id] = path.map(String) as [string, string];
  const duplicate = async (): Promise<void> => {
    const key = freeId(id, Object.keys(mapAt(data, [section])));
    if (await make({ op: "duplicate", path, key })) goTo(app, section, key);
  };
  const remove = async (): Promise<void> => {
    if (await make({ op: "delete", path })) goTo(app, section);
  };
  return (
    <Menu withinPortal position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={say("parts.menu")}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="duplicate" />} onClick={() => void duplicate()}>
          {say("duplicate")}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="trash" />} onClick={() => void remove()}>
          {say("remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Whole({ section, paths }: { section: string; paths: Path[] }) {
  const { say } = useWords();
  const root = useDesign((state) => state.palette.schema);
  const data = useApp();
  return (
    <div className="page-body page-body--narrow">
      <h2>{say(`section.${section}`)}</h2>
      {paths.map((path) => {
        const schema = schemaAt(root, data, path);
        const option = {
          key: String(path[path.length - 1]),
          path,
          schema,
          editor: editorOf(schema, at(data, path)),
          isRequired: false,
          isSet: at(data, path) !== undefined,
        };
        return <OptionEditor key={path.join(".")} option={option} />;
      })}
    </div>
  );
}

function Nothing({ words }: { words: string }) {
  return (
    <div className="empty">
      <p>{words}</p>
    </div>
  );
}
