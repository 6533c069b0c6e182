/** What a designer page shows while it loads, and when this build does not carry it. */

/** Grey lines where the designer will stand, so that nothing jumps when it arrives. */
export function Skeleton() {
  return (
    <div className="designer__loading stack" aria-hidden="true">
      <div className="skeleton" />
      <div className="skeleton" data-lines="3" />
      <div className="skeleton" data-lines="3" />
    </div>
  );
}

/** A page that asks for a designer no file provides: an old page beside a new build. */
export function Missing({ designer }: { designer: string }) {
  return (
    <div className="empty" role="alert">
      <h2>This page is older than the program</h2>
      <p>It asks for “{designer}”, which this version does not have. Load the page again.</p>
    </div>
  );
}
