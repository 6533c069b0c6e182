/** The line above a canvas: what is designed, adding and pasting, and the ways to look at it. */
import type { ReactNode } from "react";
import { Icon } from "../icons";
import { useWords } from "../words";

interface Props<View extends string> {
  title: string;
  onAdd: () => void;
  /** Undefined while nothing is copied that fits here. */
  onPaste: (() => void) | undefined;
  views: readonly View[];
  view: View;
  onView: (view: View) => void;
  /** Further buttons. */
  children?: ReactNode;
}

export function DesignerHead<View extends string>(props: Props<View>) {
  const { title, onAdd, onPaste, views, view, onView, children } = props;
  const { say } = useWords();
  return (
    <div className="toolbar">
      <h2 dir="auto">{title}</h2>
      <button type="button" className="btn" onClick={onAdd} aria-keyshortcuts="A /">
        <Icon name="plus" /> {say("add.open")}
      </button>
      {onPaste && (
        <button type="button" className="btn btn--quiet" onClick={onPaste} aria-keyshortcuts="Control+V">
          <Icon name="paste" /> {say("paste")}
        </button>
      )}
      {children}
      <div className="toolbar__end" role="group" aria-label={say("form.view")}>
        {views.map((one) => (
          <button
            key={one}
            type="button"
            className="btn btn--quiet"
            aria-pressed={view === one}
            onClick={() => onView(one)}
          >
            {say(`view.${one}`)}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What stands where a part should be that nobody chose, or that is gone. */
export function NoPart({ id }: { id: string | null }) {
  const { say } = useWords();
  return (
    <div className="empty">
      <p>{say(id === null ? "parts.choose" : "parts.gone")}</p>
    </div>
  );
}
