/** Which key presses belong to the designers and which to what somebody types. */
type Press = KeyboardEvent | React.KeyboardEvent;

/** Whether the press goes into a text, or into an open menu or dialog. */
export function isTyping(event: Press): boolean {
  const target = event.target as HTMLElement | null;
  if (!target?.closest) return false;
  if (target.isContentEditable || target.closest("textarea, select, [role=menu], [role=dialog], .cm-editor")) {
    return true;
  }
  const input = target.closest("input");
  return input !== null && !["checkbox", "radio", "button"].includes(input.type);
}

/** Whether this press asks to add something: `/` or `a`, without any other key. */
export function asksToAdd(event: Press): boolean {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  return event.key === "/" || event.key === "a" || event.key === "A";
}

export interface CopyActs {
  copy: () => void;
  cut: () => void;
  paste: () => void;
  duplicate: () => void;
}

/** Do what Ctrl+C, X, V or D asks; whether it asked for any. Marked text is the browser's to copy. */
export function copied(event: Press, acts: CopyActs): boolean {
  if (isTyping(event) || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return false;
  const key = event.key.toLowerCase();
  const marks = key !== "v" && key !== "d" && String(window.getSelection() ?? "") !== "";
  if (marks) return false;
  if (key === "c") acts.copy();
  else if (key === "x") acts.cut();
  else if (key === "v") acts.paste();
  else if (key === "d") acts.duplicate();
  else return false;
  return true;
}
