/**
 * The one document store of all designers: the draft as the server has it, what is selected, and
 * how saving stands. Gestures go to the server one after the other; its answer is the truth.
 */
import { produce } from "immer";
import { createStore, type StoreApi } from "zustand/vanilla";
import { type DesignerApi, type Draft, type Operation, type Palette, Refused } from "./api";
import type { Problem } from "./model/problems";
import { type Data, isMap, type Path } from "./model/tree";

export type Saving = "saved" | "saving" | "offline" | "conflict" | "refused";

export interface Conflict {
  message: string;
  paths: Path[];
}

export interface DesignerState {
  draft: Draft;
  palette: Palette;
  problems: Problem[];
  /** Where the draft differs from the live version, as last checked. */
  changed: Path[];
  /** Whether `problems` are those of the draft as it is shown. */
  isChecked: boolean;
  saving: Saving;
  refusal: string;
  conflict: Conflict | null;
  /** Gestures the server has not taken: somebody was first, or there is no connection. */
  unsent: Operation[];
  /** The part that the panel shows. */
  selected: Path | null;
  locale: string;
}

export type DesignerStore = ReturnType<typeof designerStore>;

/** A store over the server's draft. */
export function designerStore(api: DesignerApi, start: Pick<DesignerState, "draft" | "palette" | "locale">) {
  const store: StoreApi<DesignerState> = createStore<DesignerState>(() => ({
    ...start,
    problems: [],
    changed: [],
    isChecked: false,
    saving: "saved",
    refusal: "",
    conflict: null,
    unsent: [],
    selected: null,
  }));
  let queue: Promise<unknown> = Promise.resolve();
  let checking: ReturnType<typeof setTimeout> | undefined;

  const take = (draft: Draft): void => {
    store.setState({ draft, saving: "saved", refusal: "", conflict: null, unsent: [], isChecked: false });
    clearTimeout(checking);
    checking = setTimeout(() => void check(), 250);
  };

  const check = async (): Promise<void> => {
    const found = await api.problems().catch(() => null);
    if (!found || found.revision !== store.getState().draft.revision) return;
    store.setState({ problems: found.problems, changed: found.changed, isChecked: true });
  };

  const failed = async (error: unknown, unsent: Operation[]): Promise<void> => {
    if (!(error instanceof Refused)) {
      store.setState({ saving: "offline", refusal: "", unsent });
      return;
    }
    if (error.isConflict) {
      const conflict = { message: error.message, paths: error.details.paths ?? [] };
      store.setState({ saving: "conflict", conflict, unsent });
    } else {
      const refusal = error.problems[0]?.message ?? error.message;
      store.setState({ saving: "refused", refusal });
    }
    // What was shown ahead of the answer is not so.
    const draft = await api.draft().catch(() => null);
    if (draft) store.setState({ draft });
  };

  /** Calls in the order they were made; true when the server took it. */
  const send = (call: () => Promise<Draft>, operations: Operation[] = []): Promise<boolean> => {
    store.setState({ saving: "saving" });
    const done = queue.then(async () => {
      try {
        take(await call());
        return true;
      } catch (error) {
        await failed(error, operations);
        return false;
      }
    });
    queue = done;
    return done;
  };

  const revision = (): number => store.getState().draft.revision;

  return {
    store,
    api,
    check,
    /** Make gestures; those that only set a value show at once. */
    make: (...operations: Operation[]): Promise<boolean> => {
      store.setState((state) => ({ draft: ahead(state.draft, operations) }));
      return send(() => api.operations(revision(), operations), operations);
    },
    undo: () => send(() => api.undo()),
    redo: () => send(() => api.redo()),
    saveText: (text: string, base: number) => send(() => api.saveText(base, text)),
    discard: () => send(() => api.discard(revision())),
    merge: () => send(() => api.merge()),
    restore: (version: number) => send(() => api.restore(version)),
    /** What the server has, whatever was shown here. */
    reload: () => send(() => api.draft()),
    /** Make the gestures once more that were not taken, on what is there now. */
    repeat: async (): Promise<boolean> => {
      const operations = store.getState().unsent;
      if (!(await send(() => api.draft(), operations))) return false;
      return operations.length ? send(() => api.operations(revision(), operations), operations) : true;
    },
    select: (selected: Path | null): void => store.setState({ selected }),
    dismiss: (): void => store.setState({ refusal: "", saving: "saved" }),
  };
}

/** The draft with what simple gestures will surely do, so that a switch moves under the finger. */
function ahead(draft: Draft, operations: Operation[]): Draft {
  return produce(draft, (next) => {
    for (const operation of operations) {
      if (operation.op !== "set_option" || operation.value === null) continue;
      const path = operation.path as Step[];
      const parent = parentOf(next.data as Data, path);
      const key = path[path.length - 1] as string;
      if (isMap(parent)) parent[key] = asWritten(operation.value);
    }
  });
}

type Step = string | number;

function parentOf(data: Data, path: Step[]): Data | undefined {
  let found: Data | undefined = data;
  for (const step of path.slice(0, -1)) {
    if (Array.isArray(found)) found = found[step as number];
    else if (isMap(found)) found = found[step as string];
    else return undefined;
  }
  return found;
}

function asWritten(value: unknown): Data {
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asWritten(one)]));
  }
  return value === null ? null : String(value);
}
