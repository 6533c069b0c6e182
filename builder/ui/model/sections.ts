/** The sections of a definition that the designer lists, and how a new part of each begins. Pure. */
import { type Data, mapAt, type Path } from "./tree";

export interface PartSection {
  key: string;
  icon: string;
  /** One page for the whole section instead of one for each part. */
  isWhole: boolean;
  paths: Path[];
  newId: string;
  /** Typed as the schema wants it: true is no text. */
  blank: (app: Data, title: string) => unknown;
}

const byId = (key: string, icon: string, newId: string, blank: PartSection["blank"]): PartSection => ({
  key,
  icon,
  newId,
  blank,
  isWhole: false,
  paths: [[key]],
});

const whole = (key: string, icon: string, paths: Path[]): PartSection => ({
  key,
  icon,
  paths,
  isWhole: true,
  newId: key,
  blank: () => ({}),
});

/** In the order in which an app is thought of: what is kept, what happens, what is seen, who. */
export const partSections: readonly PartSection[] = [
  byId("forms", "file", "form", (_, title) => ({
    title,
    fields: { name: { type: "text", title: "Name", required: true } },
  })),
  byId("flows", "flow", "flow", (app, title) => ({
    title,
    on: { start: firstForm(app) },
    nodes: { end: { type: "end" } },
  })),
  byId("rules", "bolt", "rule", (app, title) => ({
    title,
    on: { created: firstForm(app) },
    do: [],
  })),
  byId("tables", "table", "table", (_, title) => ({
    title,
    hit: "first",
    inputs: {},
    outputs: { result: "text" },
    rows: [],
  })),
  byId("reports", "chart", "report", (app, title) => ({
    title,
    of: firstForm(app),
    measure: { total: { count: true } },
    chart: { type: "table" },
  })),
  byId("dashboards", "app", "dashboard", (_, title) => ({ title, tiles: {} })),
  byId("templates", "mail", "message", (_, title) => ({ subject: title, body: title })),
  byId("roles", "users", "role", (_, title) => ({ title })),
  whole("menu", "menu", [["menu"]]),
  whole("settings", "settings", settingsPaths()),
];

/** Options of the app itself. */
function settingsPaths(): Path[] {
  return ["title", "description", "locales", "time_zone", "currency", "theme"].map((key) => [key]);
}

function firstForm(app: Data): string {
  return Object.keys(mapAt(app, ["forms"]))[0] ?? "";
}
