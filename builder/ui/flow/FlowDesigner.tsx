/** The flow designer: palette, canvas, outline, and the panel of the selected node. */
import { type FocusEvent, type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import { asksToAdd, copied, isTyping } from "../frame/keys";
import type { SectionProps } from "../frame/section";
import { Icon } from "../icons";
import { type FlowGraph, graphOf, isBoundary, type Port, readingOrder, withPlaces } from "../model/graph";
import { at } from "../model/tree";
import { AddDialog } from "../parts/AddDialog";
import { DesignerHead, NoPart } from "../parts/DesignerHead";
import { Offer } from "../parts/Offer";
import { useTouchDrag } from "../parts/touch_drag";
import { useCopied } from "../parts/use_copied";
import { useWords } from "../words";
import { Canvas } from "./Canvas";
import { useNodeChoices } from "./choices";
import { FlowOutline } from "./FlowOutline";
import { FlowPanel } from "./FlowPanel";
import { type Spot, spotBehind } from "./gestures";
import { type Size, tidy } from "./tidy";
import { useFlowGestures } from "./use_gestures";

const views = ["canvas", "outline"] as const;

export default function FlowDesigner({ id }: SectionProps) {
  const app = useApp();
  const isThere = id !== null && at(app, ["flows", id]) !== undefined;
  return isThere ? <Flow flow={id} /> : <NoPart id={id} />;
}

function Flow({ flow }: { flow: string }) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const { make, select } = useDesigner();
  const selected = useDesign((state) => state.selected);
  const graph = useGraph(flow);
  const choices = useNodeChoices();
  const clipboard = useCopied();
  const [view, setView] = useState<(typeof views)[number]>(isSmall() ? "outline" : "canvas");
  const [adding, setAdding] = useState<{ node: string | null; port: Port | null } | null>(null);
  const [isTidying, setTidying] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const sizes = useRef<() => Map<string, Size>>(() => new Map());
  const dropAt = useRef<(what: string, x: number, y: number) => void>(() => {});
  const current = selected?.[2] === "nodes" ? String(selected[3]) : null;
  const gestures = useFlowGestures(flow, (node) => whenDrawn(() => focusNode(root.current, node)));

  const add = useCallback(
    (node: string | null, port: Port | null, what?: string, spot?: Spot): void => {
      const place = spot ?? spotBehind(graph, withPlaces(graph), node ?? graph.start);
      if (!what || !gestures.add(what, place, port)) setAdding({ node, port });
    },
    [graph, gestures],
  );
  const beside = (node: string | null) => spotBehind(graph, withPlaces(graph), node ?? graph.start);
  const paste = () => gestures.paste(beside(current));
  useTouchDrag(root, {
    sources: ".offer__entry",
    over: () => {},
    drop: (source, x, y) => {
      const isOver = document.elementFromPoint(x, y)?.closest(".flow-canvas");
      if (isOver && source.dataset.add) dropAt.current(source.dataset.add, x, y);
    },
    end: () => {},
  });

  const tidyUp = async (): Promise<void> => {
    setTidying(true);
    try {
      await make({ op: "move_nodes", flow, places: await tidy(graph, sizes.current()) });
    } finally {
      setTidying(false);
    }
  };

  /** What has the focus is what the panel shows and what adding goes behind. */
  const onFocus = (event: FocusEvent): void => {
    const target = event.target as HTMLElement;
    const id = target.matches(".react-flow__node") ? target.dataset.id : undefined;
    if (id && id !== current) select(["flows", flow, "nodes", id]);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    const isCopied = copied(event, {
      copy: () => current && gestures.copy(current),
      cut: () => current && gestures.copy(current) && gestures.remove(current),
      paste,
      duplicate: () => current && gestures.duplicate(current, beside(current)),
    });
    if (isCopied) return event.preventDefault();
    if (asksToAdd(event)) {
      event.preventDefault();
      setAdding(behind(graph, current));
      return;
    }
    const focused = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
    const node = graph.nodes.find((one) => one.id === focused);
    if (!node) {
      if (event.key === "Escape" && current) focusNode(root.current, current);
      return;
    }
    const isDone = keyed(event, {
      open: () => {
        select(node.path);
        requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(".panel input")?.focus());
      },
      move: (x, y) => {
        const place = withPlaces(graph).get(node.id) ?? { x: 0, y: 0 };
        void make({ op: "move_nodes", flow, places: { [node.id]: [place.x + x, place.y + y] } });
      },
      step: (by) => {
        const order = readingOrder(graph);
        const next = order[order.indexOf(node.id) + by];
        if (next) void focusNode(root.current, next);
      },
      remove: () => gestures.remove(node.id),
    });
    if (isDone) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return (
    // biome-ignore lint: keys of the whole designer; every one has a button too
    <div className="flow-designer" ref={root} onKeyDown={onKeyDown} onFocus={onFocus}>
      <Offer choices={choices} onAdd={(what) => add(current, freePort(graph, current), what)} />
      <section className="flow-designer__middle" aria-label={say("flow.canvas")}>
        <DesignerHead
          title={read(at(app, ["flows", flow, "title"]), flow)}
          onAdd={() => setAdding(behind(graph, current))}
          onPaste={clipboard?.kind === "node" ? paste : undefined}
          views={views}
          view={view}
          onView={setView}
        >
          <button type="button" className="btn btn--quiet" disabled={isTidying} onClick={() => void tidyUp()}>
            <Icon name="tidy" /> {say("flow.tidy")}
          </button>
        </DesignerHead>
        {view === "canvas" ? (
          <Canvas
            flow={flow}
            graph={graph}
            onAdd={add}
            onRemove={gestures.remove}
            sizes={sizes}
            dropAt={dropAt}
          />
        ) : (
          <FlowOutline graph={graph} onAdd={add} onRemove={gestures.remove} />
        )}
      </section>
      <FlowPanel
        flow={flow}
        node={current}
        onRemove={gestures.remove}
        onCopy={gestures.copy}
        onDuplicate={(node) => gestures.duplicate(node, beside(node))}
      />
      {adding && (
        <AddDialog
          title={say("add.title")}
          choices={choices}
          onPick={(what) => add(adding.node, adding.port, what)}
          onClose={() => setAdding(null)}
        />
      )}
    </div>
  );
}

/** Where a canvas shows three boxes at once, the list says more. */
const isSmall = (): boolean => window.matchMedia("(max-width: 40rem)").matches;

/** The flow's graph; types whose example leads nowhere are ends. */
function useGraph(flow: string): FlowGraph {
  const app = useApp();
  const offered = useDesign((state) => state.palette.nodes);
  return useMemo(() => {
    const ends = offered.filter((one) => !leadsOn(one.example)).map((one) => one.type);
    return graphOf(app, flow, new Set(ends));
  }, [app, flow, offered]);
}

const leadsOn = (example: Record<string, unknown>): boolean =>
  ["to", "outcomes", "paths", "race"].some((key) => key in example);

function behind(graph: FlowGraph, node: string | null): { node: string | null; port: Port | null } {
  return { node, port: freePort(graph, node) };
}

/** The first way out of a node that leads nowhere yet. */
function freePort(graph: FlowGraph, node: string | null): Port | null {
  const ports = graph.nodes.find((one) => one.id === node)?.ports ?? [];
  return ports.find((port) => port.target === null && !isBoundary(port)) ?? null;
}

function focusNode(root: HTMLElement | null, node: string): boolean {
  const place = root?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(node)}"]`);
  place?.focus();
  return place !== undefined && place === document.activeElement;
}

/** Try until it is done: the canvas measures a new node before it lets anybody focus it. */
function whenDrawn(act: () => boolean, tries = 30): void {
  if (!act() && tries > 0) setTimeout(() => whenDrawn(act, tries - 1), 40);
}

interface KeyActs {
  open: () => void;
  move: (x: number, y: number) => void;
  step: (by: -1 | 1) => void;
  remove: () => void;
}

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-20, 0],
  ArrowRight: [20, 0],
  ArrowUp: [0, -20],
  ArrowDown: [0, 20],
};

/** Do what a key on a node asks; whether it asked for anything. */
function keyed(event: KeyboardEvent, acts: KeyActs): boolean {
  const arrow = arrows[event.key];
  if (arrow && event.altKey) {
    const isRtl = document.documentElement.dir === "rtl";
    acts.move(isRtl ? -arrow[0] : arrow[0], arrow[1]);
  } else if (arrow) acts.step(arrow[0] + arrow[1] > 0 ? 1 : -1);
  else if (event.key === "Enter" || event.key === "F2") acts.open();
  else if (event.key === "Delete" || event.key === "Backspace") acts.remove();
  else return false;
  return true;
}
