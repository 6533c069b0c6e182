/** Two people changed the same place: what differs, and the choices. */
import { Button, Group, List, Modal, Text } from "@mantine/core";
import { useDesign, useDesigner } from "../context";
import { formatPath } from "../model/tree";
import { useWords } from "../words";

export function ConflictDialog() {
  const { say } = useWords();
  const { reload, repeat } = useDesigner();
  const conflict = useDesign((state) => state.conflict);
  const canRepeat = useDesign((state) => state.unsent.length > 0);
  return (
    <Modal
      opened={conflict !== null}
      onClose={() => void reload()}
      title={say("conflict.title")}
      centered
    >
      <Text dir="auto">{conflict?.message}</Text>
      {conflict && conflict.paths.length > 0 && (
        <>
          <Text mt="sm">{say("conflict.places")}</Text>
          <List size="sm">
            {conflict.paths.slice(0, 12).map((path) => (
              <List.Item key={formatPath(path)}>
                <code dir="ltr">{formatPath(path)}</code>
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => void reload()}>
          {say("conflict.theirs")}
        </Button>
        {canRepeat && <Button onClick={() => void repeat()}>{say("conflict.mine")}</Button>}
      </Group>
    </Modal>
  );
}
