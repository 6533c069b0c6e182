/** The keys of the designers. */
import { Kbd, Table } from "@mantine/core";
import { Dialog } from "../parts/Dialog";
import { useWords } from "../words";

const keys: [string, string][] = [
  ["/  A", "add"],
  ["F2", "rename"],
  ["Enter", "open"],
  ["Esc", "back"],
  ["Alt ↑  Alt ↓", "move"],
  ["Ctrl D", "duplicate"],
  ["Ctrl C", "copy"],
  ["Ctrl X", "cut"],
  ["Ctrl V", "paste"],
  ["Delete", "remove"],
  ["Ctrl Z", "undo"],
  ["Ctrl ⇧ Z", "redo"],
  ["?", "keys"],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { say } = useWords();
  return (
    <Dialog onClose={onClose} title={say("keys.title")}>
      <Table>
        <Table.Tbody>
          {keys.map(([press, what]) => (
            <Table.Tr key={what}>
              <Table.Td>
                <Kbd dir="ltr">{press}</Kbd>
              </Table.Td>
              <Table.Td>{say(`keys.${what}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
