/** Publishing: what would change and how much care it asks, a note, and what stands in the way. */
import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { type Difference, Refused } from "../api";
import { useDesign, useDesigner } from "../context";
import { ChangeList } from "../parts/ChangeList";
import { errorsOf } from "../model/problems";
import { Dialog } from "../parts/Dialog";
import { ProblemNote } from "../parts/ProblemNotes";
import { goTo } from "../place";
import { useWords } from "../words";

export function PublishDialog({ app, onClose }: { app: string; onClose: () => void }) {
  const { say } = useWords();
  const { api, check, reload } = useDesigner();
  const draft = useDesign((state) => state.draft);
  const found = useDesign((state) => state.problems);
  const problems = errorsOf(found);
  const isChecked = useDesign((state) => state.isChecked);
  const [difference, setDifference] = useState<Difference | null>(null);
  const [unheld, setUnheld] = useState<string[]>([]);
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [published, setPublished] = useState<number | null>(null);

  useEffect(() => {
    void check();
    // Without an answer nothing is warned of; nothing is kept from being published either.
    void api.unheld().then(
      (found) => setUnheld(found.roles),
      () => undefined,
    );
    void api.difference().then(setDifference, () => setDifference({ changes: null, risk: "risky" }));
  }, [api, check]);

  const publish = async (): Promise<void> => {
    setBusy(true);
    setRefusal("");
    try {
      setPublished((await api.publish(draft.revision, note)).version);
      await reload();
    } catch (error) {
      setRefusal(error instanceof Refused ? error.message : say("load.no_connection"));
      void check();
    } finally {
      setBusy(false);
    }
  };

  if (published !== null) {
    return (
      <Dialog onClose={onClose} title={say("publish.done", { version: published })}>
        <Text>{say("publish.done_what")}</Text>
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>{say("close")}</Button>
        </Group>
      </Dialog>
    );
  }
  const blocks = problems.length > 0 || !draft.is_changed || !draft.can_publish || !isChecked;
  return (
    <Dialog onClose={onClose} title={say("publish.title")} size="lg">
      <Stack>
        {!draft.can_publish && <Alert color="yellow">{say("publish.no_right")}</Alert>}
        {!draft.is_changed && <Alert>{say("publish.nothing")}</Alert>}
        {problems.length > 0 && (
          <section aria-label={say("publish.blocked", { count: problems.length })}>
            <Text fw={600}>{say("publish.blocked", { count: problems.length })}</Text>
            <Stack gap="xs" my="xs">
              {problems.slice(0, 5).map((problem) => (
                <ProblemNote key={problem.code + problem.place + problem.message} problem={problem} />
              ))}
            </Stack>
            <Button
              variant="default"
              onClick={() => {
                onClose();
                goTo(app, "problems");
              }}
            >
              {say("publish.see_problems")}
            </Button>
          </section>
        )}
        {unheld.length > 0 && (
          <Alert color="yellow">
            <Text fw={600}>{say("publish.unheld")}</Text>
            <Text dir="auto">{unheld.join(", ")}</Text>
            <Text size="sm">{say("publish.unheld_what")}</Text>
          </Alert>
        )}
        {difference?.changes && draft.is_changed && (
          <ChangeList changes={difference.changes} risk={difference.risk} />
        )}
        <Textarea
          label={say("publish.note")}
          description={say("publish.note_help")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          classNames={{ input: "own-way" }}
          autosize
          minRows={2}
        />
        {refusal && (
          <Alert color="red" role="alert">
            <span dir="auto">{refusal}</span>
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say("cancel")}
          </Button>
          <Button onClick={() => void publish()} loading={isBusy} disabled={blocks}>
            {say("publish.now", { version: draft.live_version + 1 })}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
