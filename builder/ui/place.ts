/** Addresses inside the designer: `/design/<app>/<section>/<id>`. No page is loaded for them. */
import { useSyncExternalStore } from "react";

export interface Place {
  section: string;
  id: string | null;
}

/** The place of an address. */
export function placeOf(address: string, app: string): Place {
  const rest = address.slice(`/design/${app}`.length).split("/").filter(Boolean);
  return { section: decodeURIComponent(rest[0] ?? ""), id: rest[1] ? decodeURIComponent(rest[1]) : null };
}

/** The address of a place. */
export function addressOf(app: string, section: string, id?: string | null): string {
  const parts = ["/design", app, section, id ?? ""].filter(Boolean);
  return parts.map((part, index) => (index ? encodeURIComponent(part) : part)).join("/");
}

/** Go to a place; the page stays. */
export function goTo(app: string, section: string, id?: string | null): void {
  const address = addressOf(app, section, id);
  if (address !== window.location.pathname) window.history.pushState(null, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Where the browser stands. */
export function usePlace(app: string): Place {
  const address = useSyncExternalStore(listen, () => window.location.pathname);
  return placeOf(address, app);
}

function listen(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  return () => window.removeEventListener("popstate", changed);
}
