/** The designer's interface on the server: typed calls, and errors as one class. No state. */
import { pageFact } from "../../runtime/ui/partial_updates";
import type { Problem } from "./model/problems";
import type { Schema } from "./model/schema";
import type { Data, DataMap, Path } from "./model/tree";
import type { TrialState } from "./sandbox/state";

export interface Draft {
  app: string;
  text: string;
  data: Data;
  revision: number;
  base_version: number;
  live_version: number;
  is_changed: boolean;
  undo: string;
  redo: string;
  updated_at: string | null;
  updated_by: string;
  can_publish: boolean;
}

export interface Offered {
  type: string;
  label: string;
  icon: string;
  group: string;
  example: DataMap;
  glyph?: string;
  waits?: boolean;
}

export interface Palette {
  fields: Offered[];
  nodes: Offered[];
  actions: Offered[];
  charts: Offered[];
  icons: Record<string, string>;
  schema: Schema;
}

export interface Version {
  number: number;
  published_at: string;
  published_by: string;
  note: string;
  is_live: boolean;
}

export interface Change {
  path: Path;
  place: string;
  kind: "added" | "removed" | "changed" | "moved";
  before: Data;
  after: Data;
  risk: "safe" | "caution" | "risky";
  reason: string;
  /** How many records it is about, where that counts. */
  records: number | null;
}

export interface Difference {
  changes: Change[] | null;
  risk: Change["risk"];
}

/** How the draft's own tests went, and what of it they came by. */
export interface TestRun {
  tests: { test: string; failures: Problem[] }[];
  coverage: Record<CoveredKind, { reached: number; total: number; missing: { path: Path; place: string }[] }>;
}

export type CoveredKind = "node" | "branch" | "rule" | "row";

/** What another control would do to stored values; `records` is null where nobody can tell. */
export interface Conversion {
  records: number | null;
  tried: number;
  unfit: number;
}

/** A gesture, as `builder/operations/catalog.py` reads it. */
export type Operation = { op: string } & Record<string, unknown>;

/** What the server refused, with its sentence and what is wrong where. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: { path: string; message: string; hint: string }[],
    readonly details: { revision?: number; paths?: Path[] },
  ) {
    super(message);
  }

  /** Somebody else was first. */
  get isConflict(): boolean {
    return this.status === 409;
  }
}

/** The calls of one app's designer. */
export function designerApi(app: string) {
  const base = `/design/api/${encodeURIComponent(app)}`;
  const get = <T>(place: string) => ask<T>(`${base}/${place}`);
  const post = <T>(place: string, body: unknown) => ask<T>(`${base}/${place}`, body);
  return {
    draft: () => get<Draft>("draft"),
    palette: () => get<Palette>("palette"),
    problems: () => get<{ revision: number; problems: Problem[]; changed: Path[] }>("problems"),
    /** Titles of the roles that flows of the draft ask and nobody holds. */
    unheld: () => get<{ roles: string[] }>("unheld"),
    versions: () => get<{ versions: Version[] }>("versions"),
    version: (number: number) => get<{ text: string }>(`versions/${number}`),
    difference: (from = 0, to?: number) =>
      get<Difference>(`diff?from=${from}${to === undefined ? "" : `&to=${to}`}`),
    operations: (revision: number, operations: Operation[]) =>
      post<Draft>("operations", { revision, operations }),
    conversion: (form: string, field: string, operations: Operation[]) =>
      post<Conversion>("conversion", { form, field, operations }),
    undo: () => post<Draft>("undo", {}),
    redo: () => post<Draft>("redo", {}),
    saveText: (revision: number, text: string) => post<Draft>("text", { revision, text }),
    discard: (revision: number) => post<Draft>("discard", { revision }),
    merge: () => post<Draft>("merge", {}),
    restore: (version: number) => post<Draft>("restore", { version }),
    publish: (revision: number, note: string) =>
      post<{ version: number }>("publish", { revision, note }),
    rollBack: (version: number) => post<{ version: number }>("roll_back", { version }),
    sandbox: (who: string) => get<TrialState>(`sandbox?as=${encodeURIComponent(who)}`),
    sandboxAct: <T>(act: "open" | "close" | "step" | "form", body: unknown) => post<T>(`sandbox/${act}`, body),
    runTests: () => post<TestRun>("tests", {}),
    previewAddress: (form: string, revision: number, locale: string) =>
      `${base}/preview/${encodeURIComponent(form)}?revision=${revision}&locale=${locale}`,
  };
}

export type DesignerApi = ReturnType<typeof designerApi>;

async function ask<T>(address: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = pageFact("csrf-token");
  }
  const answer = await fetch(address, {
    method: body === undefined ? "GET" : "POST",
    headers,
    credentials: "same-origin",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const data: unknown = await answer.json().catch(() => null);
  if (answer.ok) return data as T;
  const error = (data as { error?: Record<string, unknown> } | null)?.error ?? {};
  throw new Refused(
    answer.status,
    String(error.message ?? answer.statusText),
    (error.problems ?? []) as Refused["problems"],
    (error.details ?? {}) as Refused["details"],
  );
}
