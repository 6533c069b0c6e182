/** Which key presses belong to the designers and which to what somebody types. */

/** Whether the press goes into a text, or into an open menu or dialog. */
export function isTyping(event: KeyboardEvent | React.KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target?.closest) return false;
  if (target.isContentEditable || target.closest("textarea, select, [role=menu], [role=dialog], .cm-editor")) {
    return true;
  }
  const input = target.closest("input");
  return input !== null && !["checkbox", "radio", "button"].includes(input.type);
}

/** Whether this press asks to add something: `/` or `a`, without any other key. */
export function asksToAdd(event: React.KeyboardEvent | KeyboardEvent): boolean {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return false;
  return event.key === "/" || event.key === "a" || event.key === "A";
}
