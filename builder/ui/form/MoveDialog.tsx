/** "Move to…": every place of the layout by name, for those who do not drag. */
import { Button, Stack } from "@mantine/core";
import { useApp, useRead } from "../context";
import { allLists, asKey, type Block, type BlockList } from "../model/layout";
import { at, type Path, startsWith } from "../model/tree";
import { Dialog } from "../parts/Dialog";
import { useWords } from "../words";

interface Props {
  layout: BlockList;
  block: Block;
  onMove: (path: Path, parent: Path, index: number) => Promise<void>;
  onClose: () => void;
}

export function MoveDialog({ layout, block, onMove, onClose }: Props) {
  const { say } = useWords();
  const name = useListName();
  const lists = allLists(layout).filter(([list]) => !startsWith(list.path, block.path));
  const move = (list: BlockList, atEnd: boolean): void => {
    onClose();
    const isOwn = asKey(list.path) === asKey(block.path.slice(0, -1));
    const end = list.blocks.length - (isOwn ? 1 : 0);
    void onMove(block.path, list.path, atEnd ? end : 0);
  };
  return (
    <Dialog onClose={onClose} title={say("move.title")}>
      <Stack gap="xs">
        {lists.map(([list, trail]) => (
          <div key={asKey(list.path)} className="move-place">
            <span dir="auto">{name(list, trail)}</span>
            <Button variant="default" onClick={() => move(list, false)}>
              {say("move.start")}
            </Button>
            <Button variant="default" onClick={() => move(list, true)}>
              {say("move.end")}
            </Button>
          </div>
        ))}
      </Stack>
    </Dialog>
  );
}

/** `Request › column 2`. */
function useListName(): (list: BlockList, trail: readonly Block[]) => string {
  const app = useApp();
  const read = useRead();
  const { say } = useWords();
  return (list, trail) => {
    if (!trail.length) return say("move.top");
    const names = trail.map((block) => {
      const title = "options" in block ? read(at(app, [...block.options, "title"])) : "";
      return title || say(`block.${block.kind}`);
    });
    const last = list.path[list.path.length - 1];
    const own = list.title ? [read(at(app, list.title), list.id)] : [];
    const column = typeof last === "number" ? [say("move.column", { number: last + 1 })] : [];
    return [...names, ...own, ...column].join(" › ");
  };
}
