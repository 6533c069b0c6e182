/** Published versions: what changed in each, make one live again, or take it up as the draft. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { type Difference, Refused, type Version } from "../api";
import { useDesign, useDesigner } from "../context";
import type { SectionProps } from "../frame/section";
import { ChangeList } from "../parts/ChangeList";
import { Dialog } from "../parts/Dialog";
import { useWords } from "../words";

export default function Versions(_: SectionProps) {
  const { say } = useWords();
  const { api } = useDesigner();
  const revision = useDesign((state) => state.draft.revision);
  const [versions, setVersions] = useState<Version[] | null>(null);
  const [failure, setFailure] = useState("");
  const load = useCallback(() => {
    api.versions().then(
      (found) => setVersions(found.versions),
      (error: unknown) => setFailure(error instanceof Refused ? error.message : say("load.no_connection")),
    );
  }, [api, say]);
  // biome-ignore lint: a new revision may be a publish
  useEffect(load, [revision]);
  return (
    <div className="page-body page-body--narrow">
      <h2>{say("section.versions")}</h2>
      {failure && <p role="alert">{failure}</p>}
      {versions?.length === 0 && <p className="muted">{say("versions.none")}</p>}
      <ol className="plain-list">
        {versions?.map((version, index) => (
          <Line
            key={version.number}
            version={version}
            previous={versions[index + 1]?.number ?? null}
            onChanged={load}
          />
        ))}
      </ol>
    </div>
  );
}

interface LineProps {
  version: Version;
  previous: number | null;
  onChanged: () => void;
}

function Line({ version, previous, onChanged }: LineProps) {
  const { say, locale } = useWords();
  const { api } = useDesigner();
  const canPublish = useDesign((state) => state.draft.can_publish);
  const [difference, setDifference] = useState<Difference | null>(null);
  const [asks, setAsks] = useState<"roll_back" | "restore" | null>(null);
  const show = async (): Promise<void> => {
    setDifference(difference ? null : await api.difference(previous ?? 0, version.number));
  };
  return (
    <li className="card version">
      <div className="version__head">
        <Text fw={600}>{say("versions.number", { number: version.number })}</Text>
        {version.is_live && <span className="badge badge--success">{say("versions.is_live")}</span>}
        <Text size="sm" c="dimmed">
          <time dateTime={version.published_at} title={version.published_at}>
            {new Date(version.published_at).toLocaleString(locale)}
          </time>{" "}
          <span dir="auto">{version.published_by}</span>
        </Text>
      </div>
      {version.note && <p dir="auto">{version.note}</p>}
      <Group gap="xs">
        {previous !== null && (
          <Button variant="default" aria-expanded={difference !== null} onClick={() => void show()}>
            {say("versions.what_changed")}
          </Button>
        )}
        <Button variant="default" onClick={() => setAsks("restore")}>
          {say("versions.restore")}
        </Button>
        {!version.is_live && canPublish && (
          <Button variant="default" onClick={() => setAsks("roll_back")}>
            {say("versions.roll_back")}
          </Button>
        )}
      </Group>
      {difference?.changes && <ChangeList changes={difference.changes} risk={difference.risk} />}
      {asks && (
        <Question what={asks} number={version.number} onClose={() => setAsks(null)} onDone={onChanged} />
      )}
    </li>
  );
}

interface QuestionProps {
  what: "roll_back" | "restore";
  number: number;
  onClose: () => void;
  onDone: () => void;
}

function Question({ what, number, onClose, onDone }: QuestionProps) {
  const { say } = useWords();
  const { api, restore, reload } = useDesigner();
  const [failure, setFailure] = useState("");
  const act = async (): Promise<void> => {
    try {
      if (what === "roll_back") {
        await api.rollBack(number);
        await reload();
      } else {
        await restore(number);
      }
      onDone();
      onClose();
    } catch (error) {
      setFailure(error instanceof Refused ? error.message : say("load.no_connection"));
    }
  };
  return (
    <Dialog onClose={onClose} title={say(`versions.${what}_title`, { number })}>
      <Stack>
        <Text>{say(`versions.${what}_what`, { number })}</Text>
        {failure && (
          <Text c="var(--danger-text)" role="alert">
            {failure}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say("cancel")}
          </Button>
          <Button onClick={() => void act()}>{say(`versions.${what}`)}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
