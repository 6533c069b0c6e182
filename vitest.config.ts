/** Tests of pure TypeScript: no browser, no DOM. Pages are tested by Playwright from pytest. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["runtime/ui/**/*.test.ts", "builder/ui/**/*.test.ts"],
    environment: "node",
    passWithNoTests: false,
  },
});
