/** What an id may name at a place of the definition: forms, fields, nodes, roles… Pure. */
import { at, type Data, isMap, mapAt, type Path, textAt } from "./tree";

export interface Choice {
  value: string;
  /** Where its words stand, as written. */
  title: Data | undefined;
}

// Fields that every record has, whatever its form says.
const systemFields = ["id", "created_at", "created_by", "updated_at", "updated_by"];

const sectionOf: Record<string, string> = {
  form: "forms",
  role: "roles",
  flow: "flows",
  rule: "rules",
  table: "tables",
  report: "reports",
  dashboard: "dashboards",
  template: "templates",
  connector: "connectors",
  calendar: "calendars",
};

/** Everything of a kind that can be named at `path`. */
export function choicesOf(app: Data, kind: string, path: Path): Choice[] {
  if (kind === "field") return fieldsOf(app, formOf(app, path));
  if (kind === "node") return entries(mapAt(app, ["flows", String(path[1]), "nodes"]));
  if (kind === "view") {
    return Object.keys(mapAt(app, ["forms"])).flatMap((form) => viewsOf(app, form));
  }
  const section = sectionOf[kind];
  return section ? entries(mapAt(app, [section])) : [];
}

/** The form that conditions and fields at `path` speak of. */
export function formOf(app: Data, path: Path): string | null {
  const [section, id] = path;
  if (section === "forms") return String(id);
  const part = mapAt(app, [String(section), String(id)]);
  if (section === "reports") return textAt(part, ["of"]) || null;
  if (section !== "flows" && section !== "rules" && section !== "sla") return null;
  const trigger = mapAt(part, ["on"]);
  const named = [part.for, trigger.created, trigger.changed, trigger.deleted, trigger.start];
  const nested = [at(trigger, ["after", "form"]), at(trigger, ["schedule", "each"])];
  const found = [...named, ...nested].find((one) => typeof one === "string" && one);
  return typeof found === "string" ? found : null;
}

function fieldsOf(app: Data, form: string | null): Choice[] {
  if (!form) return [];
  const own = entries(mapAt(app, ["forms", form, "fields"]));
  return [...own, ...systemFields.map((value) => ({ value, title: undefined }))];
}

function viewsOf(app: Data, form: string): Choice[] {
  const written = mapAt(app, ["forms", form, "views"]);
  const views = entries(written).map((one) => ({ ...one, value: `${form}.${one.value}` }));
  const all = { value: `${form}.all`, title: at(app, ["forms", form, "title"]) };
  return "all" in written ? views : [all, ...views];
}

function entries(map: Record<string, Data>): Choice[] {
  return Object.entries(map).map(([value, part]) => ({
    value,
    title: isMap(part) ? part.title : undefined,
  }));
}
