/** How saving stands, and how the draft stands to the live version. Shown, never asked. */
import { useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { useWords } from "../words";

export function SaveState() {
  const { say } = useWords();
  const { repeat, dismiss } = useDesigner();
  const saving = useDesign((state) => state.saving);
  const refusal = useDesign((state) => state.refusal);
  const draft = useDesign((state) => state.draft);
  if (saving === "offline") {
    return (
      <div className="save-state" data-state="offline" role="alert">
        <Icon name="alert" /> {say("save.offline")}
        <button type="button" className="btn" onClick={() => void repeat()}>
          {say("save.again")}
        </button>
      </div>
    );
  }
  if (saving === "refused") {
    return (
      <div className="save-state" data-state="refused" role="alert">
        <Icon name="alert" /> <span dir="auto">{say("save.refused", { reason: refusal })}</span>
        <button type="button" className="btn btn--quiet" onClick={dismiss}>
          {say("close")}
        </button>
      </div>
    );
  }
  const standing = draft.is_changed
    ? say("save.draft", { version: draft.base_version })
    : say("save.live", { version: draft.live_version });
  return (
    <div className="save-state" data-state={saving} role="status">
      <span className={draft.is_changed ? "badge badge--info" : "badge"}>{standing}</span>
      <span className="save-state__word">
        {saving === "saving" ? say("save.saving") : draft.is_changed ? say("save.saved") : ""}
      </span>
    </div>
  );
}
