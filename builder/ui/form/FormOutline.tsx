/** The form as a nested list: the same layout for those who rather read than look. */
import { useApp, useDesign, useDesigner, useRead } from "../context";
import { Icon } from "../icons";
import { asKey, type Block, type BlockList, stepTarget } from "../model/layout";
import { at, isSame, type Path } from "../model/tree";
import { ChangedDot } from "../parts/ChangedDot";
import { ProblemCount } from "../parts/ProblemCount";
import { useWords } from "../words";
import { selectionOf } from "./gestures";
import type { FormGestures } from "./use_gestures";

interface Props {
  layout: BlockList;
  form: string;
  gestures: FormGestures;
}

export function FormOutline(props: Props) {
  return <Level {...props} list={props.layout} />;
}

function Level({ list, ...props }: Props & { list: BlockList }) {
  return (
    <ol className="outline">
      {list.blocks.map((block) => (
        <Line key={asKey(block.path)} block={block} {...props} />
      ))}
    </ol>
  );
}

function Line({ block, ...props }: Props & { block: Block }) {
  const { layout, form, gestures } = props;
  const { say } = useWords();
  const { select } = useDesigner();
  const selection = selectionOf(form, block);
  const isSelected = useDesign((state) => state.selected !== null && isSame(state.selected, selection));
  const name = useBlockName(form, block);
  const move = (by: -1 | 1) => {
    const target = stepTarget(layout, block.path, by);
    return target ? () => void gestures.move(block.path, target.parent, target.index) : undefined;
  };
  return (
    <li>
      <div className="outline__line" data-selected={isSelected || undefined}>
        <button
          type="button"
          className="outline__name"
          aria-pressed={isSelected}
          data-block={asKey(selection)}
          onClick={() => select(selection)}
        >
          <span className="muted">{block.kind === "field" ? "" : say(`block.${block.kind}`)}</span>{" "}
          <span dir="auto">{name}</span>
          <ProblemCount path={selection} />
          <ChangedDot path={selection} />
        </button>
        <MoveButton label={say("list.up")} icon="up" onPress={move(-1)} />
        <MoveButton label={say("list.down")} icon="down" onPress={move(1)} />
        <MoveButton label={say("remove")} icon="trash" onPress={() => void gestures.remove(block)} />
      </div>
      {"lists" in block && block.lists.map((list) => <Level key={asKey(list.path)} {...props} list={list} />)}
    </li>
  );
}

interface MoveProps {
  label: string;
  icon: string;
  onPress: (() => void) | undefined;
}

function MoveButton({ label, icon, onPress }: MoveProps) {
  return (
    <button
      type="button"
      className="btn btn--quiet btn--icon"
      aria-label={label}
      disabled={!onPress}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}

/** What people call a block: its title or words. */
export function useBlockName(form: string, block: Block): string {
  const app = useApp();
  const read = useRead();
  if (block.kind === "field") {
    return read(at(app, ["forms", form, "fields", block.field, "title"]), block.field);
  }
  const path: Path = "words" in block ? block.words : [...block.options, "title"];
  return read(at(app, path));
}
