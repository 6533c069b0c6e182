/**
 * Entry of the designer pages: mounts the designer that `<div id="designer" data-designer="form">`
 * names. A designer is one file in `designers/` with a default component; nothing here knows one.
 */
import "../../runtime/ui/tokens.css";
import "../../runtime/ui/base.css";
import "@mantine/core/styles.layer.css";
import "./designer.css";
import { DirectionProvider, MantineProvider } from "@mantine/core";
import { type ComponentType, lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { pageFact } from "../../runtime/ui/partial_updates";
import { Missing, Skeleton } from "./page_states";
import { colorScheme, theme, variables } from "./theme";

/** What the server writes beside the mount point as JSON, in `<script type="application/json">`. */
export type PageData = Record<string, unknown>;
type Designer = ComponentType<{ data: PageData }>;

const designers = import.meta.glob<{ default: Designer }>("./designers/*.tsx");

function start(mount: HTMLElement): void {
  const name = mount.dataset.designer ?? "";
  const load = designers[`./designers/${name}.tsx`];
  const Page: Designer = load ? lazy(load) : () => <Missing designer={name} />;
  const direction = document.documentElement.dir === "rtl" ? "rtl" : "ltr";
  createRoot(mount).render(
    <StrictMode>
      <DirectionProvider initialDirection={direction}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          forceColorScheme={colorScheme()}
          getStyleNonce={() => pageFact("csp-nonce")}
        >
          <Suspense fallback={<Skeleton />}>
            <Page data={readData(mount)} />
          </Suspense>
        </MantineProvider>
      </DirectionProvider>
    </StrictMode>,
  );
}

function readData(mount: HTMLElement): PageData {
  const script = document.getElementById(mount.dataset.data ?? "designer-data");
  return script?.textContent ? (JSON.parse(script.textContent) as PageData) : {};
}

// Style sheets that libraries of ours write at run time carry the page's nonce, or are refused.
Object.assign(globalThis, { __webpack_nonce__: pageFact("csp-nonce") });

const mount = document.getElementById("designer");
if (mount) start(mount);
