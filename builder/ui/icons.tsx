/** Line icons on a grid of 24: those of the server's pages, and the designer's own below. */
import { createContext, useContext } from "react";

/** The server's icons by name, from the palette. */
export const IconPaths = createContext<Record<string, string>>({});

const own: Record<string, string> = {
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  checks: "M3.5 7.5l2 2 3.5-4M3.5 16.5l2 2 3.5-4M12.5 7.5H20M12.5 16.5H20",
  columns: "M4 5h7v14H4zM13 5h7v14h-7z",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  duplicate: "M9 9h11v11H9zM6 15H4V4h11v2M14.5 12v5M12 14.5h5",
  decimal: "M4 17.5v.1M8.5 6.5h3v11h-3zM16 6.5h3.5v11H16z",
  fork: "M6 4v5a3 3 0 0 0 3 3h6a3 3 0 0 1 3 3v5M18 4v5a3 3 0 0 1-3 3M12 12v8",
  function: "M15 5.5c-3-1.5-4 .5-4.5 3.5l-1.5 8c-.5 2.5-2 3-4 2M7 10.5h8M14 13.5l5 5.5M19 13.5l-5 5.5",
  grip: "M9 6v.1M9 12v.1M9 18v.1M15 6v.1M15 12v.1M15 18v.1",
  hash: "M9 4L7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  heading: "M6 5v14M18 5v14M6 12h12",
  history: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.5",
  hourglass: "M6 4h12M6 20h12M7.5 4c0 5 9 6 9 11v5M16.5 4c0 5-9 6-9 11v5",
  join: "M6 4v4a4 4 0 0 0 4 4h4a4 4 0 0 0 4-4V4M12 12v8M9 17l3 3 3-3",
  paste: "M8 5H5v15h14V5h-3M9 3.5h6V7H9z",
  "link-record": "M5 4h9l5 5v11H5zM9 14h6M12.5 11.5L15 14l-2.5 2.5",
  lookup: "M4 5h16v6H4zM4 15h8M16 13.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM18.5 18.5L21 21",
  money: "M3.5 6.5h17v11h-17zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  number: "M5 9l3-2v10M12 8.5a2.5 2.5 0 0 1 5 0c0 2.5-5 4-5 8.5h5.5",
  paperclip: "M18.5 11L11 18.5a4.5 4.5 0 0 1-6.4-6.4L12.5 4a3 3 0 0 1 4.3 4.3L9 16a1.5 1.5 0 0 1-2.1-2.1L14 6.8",
  paragraph: "M4 6h16M4 10.5h16M4 15h16M4 19.5h9",
  radio: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  redo: "M20 9H10a5.5 5.5 0 0 0 0 11h5M16 5l4 4-4 4",
  section: "M4 5h16v14H4zM4 9.5h16",
  select: "M3.5 6.5h17v11h-17zM13.5 10.5l2.5 3 2.5-3",
  signature: "M4 17c3 0 6-11 8.5-11s-3 11 0 11c2 0 2.5-4 4-4s.5 3 3.5 3M4 20.5h16",
  split: "M12 3.5l8.5 8.5-8.5 8.5L3.5 12zM9.5 12h5M12 9.5v5",
  stop: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9 9h6v6H9z",
  tabs: "M4 9h16v10H4zM4 9V5h6v4M12 5h5v4",
  text: "M5 6V4.5h14V6M12 4.5v15M9 19.5h6",
  tidy: "M4 4h6v5H4zM14 15h6v5h-6zM14 4h6v5h-6zM10 6.5h4M17 9v6",
  tree: "M5 4h6v4H5zM13 10h6v4h-6zM13 16.5h6v4h-6zM8 8v10.5h5M8 12h5",
};

// What points somewhere is mirrored where people read from right to left.
const turning = new Set(["back", "next", "out", "open", "undo", "redo", "list", "panel"]);

/** An icon beside words; readers skip it. */
export function Icon({ name }: { name: string }) {
  const paths = useContext(IconPaths);
  const path = own[name] ?? paths[name] ?? paths.box ?? "";
  return (
    <svg
      className={turning.has(name) ? "icon icon--turn" : "icon"}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}
