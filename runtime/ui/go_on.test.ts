import { expect, it } from "vitest";
import { goOn } from "./go_on";

it("a page with a step to come goes on, any other stays", () => {
  let steps = 0;
  const form = { requestSubmit: () => (steps += 1) };
  const page = (selector: string) => (selector === "form[data-go-on]" ? form : null);

  goOn({ querySelector: page } as unknown as Document);
  goOn({ querySelector: () => null } as unknown as Document);

  expect(steps).toBe(1);
});
