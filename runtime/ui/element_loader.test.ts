import { expect, test } from "vitest";
import { byTag } from "./element_loader";

test("a file's name is its element's tag", () => {
  const load = async () => undefined;

  const loaders = byTag({ "./elements/sub_table.ts": load });

  expect(loaders.get("dg-sub-table")).toBe(load);
});

test("a test beside an element defines no element", () => {
  const load = async () => undefined;

  const loaders = byTag({ "./elements/sub_table.test.ts": load });

  expect(loaders.size).toBe(0);
});
