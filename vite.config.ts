/** Builds every script and style sheet of the server pages and of the designers; no dev server. */
import { existsSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const entries = {
  pages: "runtime/ui/main.ts",
  designer: "builder/ui/main.tsx",
  service_worker: "runtime/ui/service_worker.ts",
};

export default defineConfig({
  plugins: [react()],
  base: "/static/build/",
  publicDir: false,
  build: {
    outDir: "runtime/web/static/build",
    emptyOutDir: true,
    // Flask finds hashed names here; the key of an entry is its source path.
    manifest: "manifest.json",
    // Inlined data: addresses would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    // The first browsers with light-dark(); older targets would blow the tokens up.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // ELK and ECharts are large, and loaded only by the page that needs them.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      // htmx has an eval for `js:`, which configureHtmx and the content security policy refuse.
      checks: { eval: false },
      input: Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path))),
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
