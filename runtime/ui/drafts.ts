/**
 * Answers kept in this browser until the form is sent, without the sensitive ones.
 *
 * Local storage outlives the tab, so what is personal or encrypted never gets in.
 */
type Draft = [string, string][];

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const DAYS_KEPT = 14;

/** The entries of a form that may be kept: no files, nothing of ours (`_…`), nothing sensitive. */
export function keepable(entries: Iterable<[string, FormDataEntryValue]>, sensitive: Set<string>): Draft {
  const kept: Draft = [];
  for (const [name, value] of entries) {
    const field = name.split(/[.:]/, 1)[0] ?? "";
    if (typeof value !== "string" || name.startsWith("_") || sensitive.has(field)) continue;
    kept.push([name, value]);
  }
  return kept;
}

/** Whether two drafts say the same. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Keeps a draft; a full or forbidden storage only means that none is kept. */
export function keep(name: string, draft: Draft, nowMs: number): boolean {
  try {
    localStorage.setItem(name, JSON.stringify({ at: nowMs, draft }));
    return true;
  } catch {
    return false;
  }
}

/** The draft of that name, unless it is too old or was never one of ours. */
export function kept(name: string, nowMs: number): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "null") as { at: number; draft: Draft } | null;
    if (!found || !Array.isArray(found.draft)) return null;
    return nowMs - found.at < DAYS_KEPT * 86_400_000 ? found.draft : null;
  } catch {
    return null;
  }
}

/** Forgets a draft. */
export function forget(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // a browser without storage has nothing to forget
  }
}

/** Puts a draft's answers back into the controls. */
export function fill(form: HTMLFormElement, draft: Draft): void {
  const byName = new Map<string, string[]>();
  for (const [name, value] of draft) byName.set(name, [...(byName.get(name) ?? []), value]);
  for (const [name, values] of byName) {
    for (const control of form.querySelectorAll<Control>(`[name="${CSS.escape(name)}"]`)) {
      if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
        control.checked = values.includes(control.value);
      } else if (!(control instanceof HTMLInputElement) || !["hidden", "file"].includes(control.type)) {
        control.value = values.at(-1) ?? "";
      }
    }
  }
}
