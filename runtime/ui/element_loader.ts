/**
 * Loads the custom elements a page uses, and no others.
 *
 * `elements/sub_table.ts` defines `<dg-sub-table>`; adding an element is adding that one file.
 */
type Loader = () => Promise<unknown>;

const loaders = byTag(import.meta.glob<unknown>("./elements/*.ts"));

/** Loads the module of every undefined `dg-` element under `root`; a page without any loads none. */
export function defineElements(root: ParentNode): void {
  for (const tag of tagsToLoad(root.querySelectorAll(":not(:defined)"))) {
    void loaders.get(tag)?.();
  }
}

/** Loaders by tag name: `./elements/sub_table.ts` serves `dg-sub-table`; tests serve none. */
export function byTag(modules: Record<string, Loader>): Map<string, Loader> {
  const named = Object.entries(modules).filter(([path]) => !path.endsWith(".test.ts"));
  return new Map(named.map(([path, load]) => [tagOf(path), load]));
}

function tagOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1, -".ts".length);
  return `dg-${name.replaceAll("_", "-")}`;
}

function tagsToLoad(elements: Iterable<Element>): Set<string> {
  return new Set(Array.from(elements, (element) => element.localName));
}
