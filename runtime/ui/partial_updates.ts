/**
 * htmx under our content security policy: nothing evaluated, nothing inline, our origin only.
 *
 * Pages never use `hx-on` or `js:`; both need `unsafe-eval`.
 */
interface Htmx {
  config: Record<string, unknown>;
}

interface ConfigRequest extends Event {
  detail: { headers: Record<string, string> };
}

/** Sets htmx up once; every request it sends carries the page's CSRF token. */
export function configureHtmx(htmx: Htmx): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    selfRequestsOnly: true,
    scrollBehavior: "auto",
    // A refused form (422) is a page too: it shows what to mend.
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    (event as ConfigRequest).detail.headers["X-CSRF-Token"] = pageFact("csrf-token");
  });
}

/** What the server wrote into `<meta name="...">` of this page; empty when it wrote nothing. */
export function pageFact(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}
