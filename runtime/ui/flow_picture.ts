/** The picture of a flow is often wider than the page: it opens where the flow stands. */

/** Moves the picture, and nothing else, so far that the first step that is open can be seen. */
export function showWhereItStands(page: Document): void {
  const box = page.querySelector<HTMLElement>(".flow-box");
  const here = box?.querySelector(".flow__box--here, .flow__box--stuck");
  if (!box || !here) return;
  const [frame, step] = [box.getBoundingClientRect(), here.getBoundingClientRect()];
  box.scrollLeft += (step.left + step.right) / 2 - (frame.left + frame.right) / 2;
}
