/** How the designers' components reach the document store. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Data, DataMap, Path } from "./model/tree";
import { at, mapAt, startsWith } from "./model/tree";
import { localesOf, textIn } from "./model/texts";
import { problemsUnder } from "./model/problems";
import type { DesignerState, DesignerStore } from "./store";

export const StoreContext = createContext<DesignerStore | null>(null);

/** The store and its gestures. */
export function useDesigner(): DesignerStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("a designer component stands outside the designer");
  return store;
}

/** A part of the state; the component follows its changes. */
export function useDesign<T>(pick: (state: DesignerState) => T): T {
  return useStore(useDesigner().store, pick);
}

/** The whole definition as data. */
export const useApp = (): Data => useDesign((state) => state.draft.data);

/** What stands at a path of the definition. */
export const useAt = (path: Path): Data | undefined => at(useApp(), path);

export const useMap = (path: Path): DataMap => mapAt(useApp(), path);

export const useLocales = (): string[] => localesOf(useApp());

/** Reads texts of the app for the reader: `read(field.title, id)`. */
export function useRead(): (written: Data | undefined, fallback?: string) => string {
  const locale = useDesign((state) => state.locale);
  const locales = useLocales();
  return (written, fallback = "") => textIn(written, locale, locales, fallback);
}

/** Whether something at a path or below differs from the live version. */
export const useIsChanged = (path: Path): boolean =>
  useDesign((state) => state.changed.some((one) => startsWith(one, path) || isNewPart(one, path)));

/** Whether a whole section is new, and with it this part of it. */
const isNewPart = (changed: Path, path: Path): boolean =>
  changed.length === 1 && path.length === 2 && changed[0] === path[0];

/** How many problems stand at a path or below. */
export const useProblemCount = (path: Path): number =>
  useDesign((state) => problemsUnder(state.problems, path).length);
