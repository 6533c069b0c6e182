/** What was copied last, followed across the pages of this browser. */
import { useMemo, useSyncExternalStore } from "react";
import { type Copied, kept, keptText } from "../model/clipboard";

export function useCopied(): Copied | null {
  const text = useSyncExternalStore(listen, keptText);
  // biome-ignore lint: the text says when what is kept is another
  return useMemo(kept, [text]);
}

function listen(changed: () => void): () => void {
  window.addEventListener("storage", changed);
  return () => window.removeEventListener("storage", changed);
}
