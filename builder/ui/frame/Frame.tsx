/** What stands around every designer: the parts of the app, the state of the draft, publishing. */
import { lazy, Suspense, useEffect, useState } from "react";
import { useDesign, useDesigner, useRead } from "../context";
import { Icon } from "../icons";
import { at } from "../model/tree";
import { Skeleton } from "../page_states";
import { usePlace } from "../place";
import { useWords } from "../words";
import { ConflictDialog } from "./ConflictDialog";
import { DraftMenu } from "./DraftMenu";
import { KeysDialog } from "./KeysDialog";
import { isTyping } from "./keys";
import { Navigation } from "./Navigation";
import { PublishDialog } from "./PublishDialog";
import { SaveState } from "./SaveState";

const sections = {
  "": lazy(() => import("../sections/Overview")),
  forms: lazy(() => import("../form/FormDesigner")),
  flows: lazy(() => import("../flow/FlowDesigner")),
  text: lazy(() => import("../sections/TextEditor")),
  versions: lazy(() => import("../sections/Versions")),
  problems: lazy(() => import("../sections/Problems")),
  sandbox: lazy(() => import("../sandbox/Sandbox")),
  tests: lazy(() => import("../sections/Tests")),
} as const;
const Parts = lazy(() => import("../sections/Parts"));

export function Frame({ app }: { app: string }) {
  const place = usePlace(app);
  const designer = useDesigner();
  const { say } = useWords();
  const [isPublishing, setPublishing] = useState(false);
  const [showsKeys, setShowsKeys] = useState(false);
  const isUnreadable = useDesign((state) => state.draft.data === null);
  useShortcuts(() => setShowsKeys(true));

  // A text that cannot be read has no parts to show; only the text itself can be mended.
  const section = isUnreadable && place.section !== "versions" ? "text" : place.section;
  const Section = sections[section as keyof typeof sections] ?? Parts;
  useEffect(() => designer.select(null), [designer, place.section, place.id]);

  return (
    <div className="design">
      <header className="design__bar">
        <AppTitle />
        <SaveState />
        <div className="design__tools">
          <UndoRedo />
          <DraftMenu app={app} onKeys={() => setShowsKeys(true)} />
          <button type="button" className="btn btn--primary" onClick={() => setPublishing(true)}>
            {say("publish.open")}
          </button>
        </div>
      </header>
      <Navigation app={app} place={place} />
      <main className="design__main" aria-label={say("frame.main")}>
        <Suspense fallback={<Skeleton />}>
          <Section key={`${place.section}/${place.id ?? ""}`} app={app} section={place.section} id={place.id} />
        </Suspense>
      </main>
      {isPublishing && <PublishDialog app={app} onClose={() => setPublishing(false)} />}
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
      <ConflictDialog />
    </div>
  );
}

function AppTitle() {
  const data = useDesign((state) => state.draft.data);
  const app = useDesign((state) => state.draft.app);
  const read = useRead();
  return (
    <h1 className="design__title" dir="auto">
      {read(at(data, ["title"]), app)}
    </h1>
  );
}

function UndoRedo() {
  const { undo, redo } = useDesigner();
  const { say, has } = useWords();
  const draft = useDesign((state) => state.draft);
  const name = (step: string) => (has(`step.${step}`) ? say(`step.${step}`) : say("step.change"));
  return (
    <>
      <button
        type="button"
        className="btn btn--quiet btn--icon"
        disabled={!draft.undo}
        title={draft.undo ? say("undo.what", { what: name(draft.undo) }) : say("undo.nothing")}
        aria-label={say("undo")}
        aria-keyshortcuts="Control+Z"
        onClick={() => void undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="btn btn--quiet btn--icon"
        disabled={!draft.redo}
        title={draft.redo ? say("redo.what") : say("redo.nothing")}
        aria-label={say("redo")}
        aria-keyshortcuts="Control+Shift+Z"
        onClick={() => void redo()}
      >
        <Icon name="redo" />
      </button>
    </>
  );
}

/** Undo and redo, but not while somebody types: there the keys belong to the text. */
function useShortcuts(showKeys: () => void): void {
  const { undo, redo } = useDesigner();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      const isCommand = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (isCommand && key === "z") {
        event.preventDefault();
        void (event.shiftKey ? redo() : undo());
      } else if (isCommand && key === "y") {
        event.preventDefault();
        void redo();
      } else if (event.key === "?" && !isCommand) {
        event.preventDefault();
        showKeys();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [undo, redo, showKeys]);
}
