/**
 * The form as a layout one can take hold of: blocks to press, drag and move by keyboard.
 *
 * Which block a press means is said here; what it does stands in `FormDesigner`.
 */
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useAt, useDesign, useRead } from "../context";
import { Icon } from "../icons";
import { asKey, type Block, type BlockList, type BoxBlock } from "../model/layout";
import { at, isMap, isSame, type Path, textAt } from "../model/tree";
import { ChangedDot } from "../parts/ChangedDot";
import { ProblemCount } from "../parts/ProblemCount";
import { useWords } from "../words";
import { selectionOf } from "./gestures";
import { InlineTitle } from "./InlineTitle";

interface Shared {
  form: string;
  onSelect: (block: Block) => void;
  onKey: (event: KeyboardEvent, block: Block) => void;
  /** The block whose title is being typed in place. */
  renaming: string | null;
  onRenamed: () => void;
}

export function LayoutCanvas({ layout, ...shared }: Shared & { layout: BlockList }) {
  const { say } = useWords();
  return (
    <div className="layout" role="group" aria-label={say("layout.title")}>
      <ListView list={layout} {...shared} />
    </div>
  );
}

function ListView({ list, ...shared }: Shared & { list: BlockList }) {
  const holder = useRef<HTMLDivElement>(null);
  const [isOver, setOver] = useState(false);
  const { say } = useWords();
  const path = asKey(list.path);
  useEffect(() => {
    if (!holder.current) return;
    return dropTargetForElements({
      element: holder.current,
      getData: () => ({ list: JSON.parse(path) as Path }),
      onDrag: ({ location, self }) =>
        setOver(location.current.dropTargets[0]?.element === self.element),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [path]);
  return (
    <div className="layout__list" ref={holder} data-over={isOver || undefined} data-list={path}>
      {list.blocks.map((block) => (
        <BlockView key={block.kind === "field" ? block.field : asKey(block.path)} block={block} {...shared} />
      ))}
      {list.blocks.length === 0 && <p className="layout__empty">{say("layout.empty")}</p>}
    </div>
  );
}

function BlockView({ block, ...shared }: Shared & { block: Block }) {
  const holder = useRef<HTMLDivElement>(null);
  const [edge, setEdge] = useState<Edge | null>(null);
  const path = asKey(block.path);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const own = JSON.parse(path) as Path;
    return combine(
      draggable({ element, getInitialData: () => ({ kind: "block", path: own }) }),
      dropTargetForElements({
        element,
        getData: ({ input }) =>
          attachClosestEdge({ block: own }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ location, self }) =>
          setEdge(location.current.dropTargets[0]?.element === element ? extractClosestEdge(self.data) : null),
        onDragLeave: () => setEdge(null),
        onDrop: () => setEdge(null),
      }),
    );
  }, [path]);
  return (
    <div ref={holder} className="layout__block" data-path={path} data-edge={edge ?? undefined}>
      {block.kind === "field" ? (
        <FieldCard block={block} {...shared} />
      ) : "lists" in block ? (
        <BoxCard block={block} {...shared} />
      ) : (
        <WordsCard block={block} {...shared} />
      )}
    </div>
  );
}

interface HandleProps extends Shared {
  block: Block;
  /** Without one, what it shows names it. */
  label?: string;
  className: string;
  children: ReactNode;
}

/** What one presses to select a block: named, in the Tab order, with the block's keys. */
function Handle({ block, label, className, children, form, onSelect, onKey }: HandleProps) {
  const selection = selectionOf(form, block);
  const isSelected = useDesign((state) => state.selected !== null && isSame(state.selected, selection));
  return (
    <div
      role="button"
      tabIndex={0}
      className={className}
      aria-label={label}
      aria-pressed={isSelected}
      data-block={asKey(selection)}
      onClick={(event) => event.stopPropagation()}
      onFocus={(event) => {
        if (event.target === event.currentTarget) onSelect(block);
      }}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) onKey(event, block);
      }}
    >
      {children}
    </div>
  );
}

function FieldCard({ block, ...shared }: Shared & { block: Block & { kind: "field" } }) {
  const path: Path = ["forms", shared.form, "fields", block.field];
  const field = useAt(path);
  const read = useRead();
  const { say } = useWords();
  const type = textAt(field, ["type"]);
  const offered = useDesign((state) => state.palette.fields).find((one) => one.type === type);
  const title = read(at(field, ["title"]), block.field);
  const required = textAt(field, ["required"]);
  return (
    <Handle {...shared} block={block} className="field-card">
      <div className="field-card__head">
        {shared.renaming === asKey(path) ? (
          <InlineTitle path={[...path, "title"]} onDone={shared.onRenamed} />
        ) : (
          <span className="field-card__title" dir="auto">
            {title}
            {required && required !== "false" && (
              <span className="field-card__required" title={say("layout.required")}>
                *
              </span>
            )}
          </span>
        )}
        <span className="field-card__marks">
          <ChangedDot path={path} />
          <ProblemCount path={path} />
        </span>
      </div>
      <div className="field-card__control">
        <Icon name={offered?.icon ?? "box"} />
        <span dir="auto">{read(at(field, ["placeholder"])) || (offered?.label ?? type)}</span>
      </div>
      {isMap(field) && field.help !== undefined && (
        <p className="field-card__help" dir="auto">
          {read(field.help)}
        </p>
      )}
    </Handle>
  );
}

function WordsCard({ block, ...shared }: Shared & { block: Block & { words: Path } }) {
  const read = useRead();
  const written = useAt(block.words);
  const { say } = useWords();
  const text = read(written);
  const label = say("layout.words", { kind: say(`block.${block.kind}`), text });
  return (
    <Handle {...shared} block={block} label={label} className={`words-card words-card--${block.kind}`}>
      {shared.renaming === asKey(block.path) ? (
        <InlineTitle path={block.words} onDone={shared.onRenamed} />
      ) : (
        <span dir="auto">{text || say(`block.${block.kind}`)}</span>
      )}
    </Handle>
  );
}

function BoxCard({ block, ...shared }: Shared & { block: BoxBlock }) {
  const read = useRead();
  const { say } = useWords();
  const options = useAt(block.options);
  const kind = say(`block.${block.kind}`);
  const title = read(at(options, ["title"]));
  return (
    <div className={`box-card box-card--${block.kind}`}>
      <Handle {...shared} block={block} label={say("layout.words", { kind, text: title })} className="box-card__head">
        <Icon name="grip" />
        {shared.renaming === asKey(block.path) ? (
          <InlineTitle path={[...block.options, "title"]} onDone={shared.onRenamed} />
        ) : (
          <span dir="auto">{title || kind}</span>
        )}
      </Handle>
      <div className="box-card__lists">
        {block.lists.map((list) => (
          <div key={asKey(list.path)} className="box-card__list">
            {list.title && <TabTitle path={list.title} id={list.id ?? ""} />}
            <ListView list={list} {...shared} />
          </div>
        ))}
      </div>
    </div>
  );
}

function TabTitle({ path, id }: { path: Path; id: string }) {
  const read = useRead();
  return (
    <p className="box-card__tab" dir="auto">
      {read(useAt(path), id)}
    </p>
  );
}
