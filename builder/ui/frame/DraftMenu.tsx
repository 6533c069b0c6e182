/** What one may do with the draft as a whole; each has words of its own, apart from Undo. */
import { Button, Group, Menu, Text } from "@mantine/core";
import { useState } from "react";
import { useDesign, useDesigner } from "../context";
import { Icon } from "../icons";
import { Dialog } from "../parts/Dialog";
import { goTo } from "../place";
import { useWords } from "../words";

export function DraftMenu({ app, onKeys }: { app: string; onKeys: () => void }) {
  const { say } = useWords();
  const { discard, merge } = useDesigner();
  const draft = useDesign((state) => state.draft);
  const [asks, setAsks] = useState(false);
  const isBehind = draft.is_changed && draft.base_version !== draft.live_version;
  return (
    <>
      <Menu withinPortal position="bottom-end">
        <Menu.Target>
          <button type="button" className="btn btn--quiet btn--icon" aria-label={say("draft.menu")}>
            <Icon name="more" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="history" />} onClick={() => goTo(app, "versions")}>
            {say("draft.versions")}
          </Menu.Item>
          {isBehind && (
            <Menu.Item leftSection={<Icon name="refresh" />} onClick={() => void merge()}>
              {say("draft.merge", { version: draft.live_version })}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Icon name="keyboard" />} onClick={onKeys}>
            {say("keys.title")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="var(--danger-text)"
            leftSection={<Icon name="trash" />}
            disabled={!draft.is_changed}
            onClick={() => setAsks(true)}
          >
            {say("draft.discard")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={asks} onClose={() => setAsks(false)} title={say("draft.discard_title")} centered>
        <Text>{say("draft.discard_what", { version: draft.live_version })}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsks(false)}>
            {say("draft.keep")}
          </Button>
          <Button
            color="red"
            className="danger-button"
            onClick={() => {
              setAsks(false);
              void discard();
            }}
          >
            {say("draft.discard")}
          </Button>
        </Group>
      </Dialog>
    </>
  );
}
