/** The sections of a definition that the designer lists, and how a new part of each begins. Pure. */
import type { Operation } from "../api";
import { type Data, mapAt, type Path } from "./tree";

export interface PartSection {
  key: string;
  icon: string;
  /** One page for the whole section instead of one for each part. */
  isWhole: boolean;
  paths: Path[];
  newId: string;
  /** Typed as the schema wants it: true is no text. */
  /** What also has to be made with a new one: people find a form by the menu. */
  also?: (id: string) => Operation[];
  blank: (app: Data, title: string, say: (key: string) => string) => unknown;
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
  {
    ...byId("forms", "file", "form", (app, title, say) => ({
      title,
      fields: { name: { type: "text", title: say("new.field"), required: true } },
      access: accessOfFirstRole(app),
    })),
    also: (id) => [inMenu({ view: `${id}.all` })],
  },
  byId("flows", "flow", "flow", (app, title, say) => ({
    title,
    on: { start: firstForm(app) },
    nodes: { first: firstStep(app, say), end: { type: "end" } },
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
  {
    ...byId("dashboards", "app", "dashboard", (_, title) => ({ title, tiles: {} })),
    also: (id) => [inMenu({ dashboard: id })],
  },
  byId("templates", "mail", "message", (_, title) => ({ subject: title, body: title })),
  byId("calendars", "calendar", "calendar", (_, title) => ({
    title,
    week: { "mon-fri": ["09:00-17:00"] },
  })),
  byId("sla", "clock", "service_level", (app, title) => ({
    title,
    for: firstForm(app),
    targets: {},
  })),
  byId("connectors", "link", "connector", (_, title) => ({
    type: "http",
    title,
    url: "https://example.com/api",
  })),
  byId("roles", "users", "role", (_, title) => ({ title })),
  whole("menu", "menu", [["menu"]]),
  whole("settings", "settings", settingsPaths()),
];

/** Options of the app itself. */
function settingsPaths(): Path[] {
  return ["title", "description", "locales", "time_zone", "currency", "theme"].map((key) => [key]);
}

const inMenu = (value: Record<string, string>): Operation => ({ op: "insert_item", parent: ["menu"], value });

/** Without it nobody could use a new form; who else may is the author's to say. */
function accessOfFirstRole(app: Data): Record<string, unknown> {
  const role = firstRole(app);
  return role ? { [role]: { create: true, read: true, update: true } } : {};
}

/** A flow that can be published as it is: somebody does something, and it is done. */
const firstStep = (app: Data, say: (key: string) => string): Record<string, unknown> => ({
  type: "task",
  title: say("new.step"),
  assign: { role: firstRole(app), pick: "pool" },
  outcomes: { done: { title: say("new.done"), to: "end" } },
});

const firstRole = (app: Data): string => Object.keys(mapAt(app, ["roles"]))[0] ?? "";

function firstForm(app: Data): string {
  return Object.keys(mapAt(app, ["forms"]))[0] ?? "";
}
