/** Differences between two versions, those that ask for most care first. */
import { Stack, Text } from "@mantine/core";
import type { Change } from "../api";
import type { Data } from "../model/tree";
import { useWords } from "../words";

const order: Change["risk"][] = ["risky", "caution", "safe"];
const tones: Record<Change["risk"], string> = {
  risky: "badge badge--danger",
  caution: "badge badge--warning",
  safe: "badge badge--success",
};

export function ChangeList({ changes, risk }: { changes: Change[]; risk: Change["risk"] }) {
  const { say } = useWords();
  const sorted = [...changes].sort((a, b) => order.indexOf(a.risk) - order.indexOf(b.risk));
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {say("changes.count", { count: changes.length })}{" "}
        <span className={tones[risk]}>{say(`risk.${risk}`)}</span>
      </Text>
      <ul className="changes">
        {sorted.map((change) => (
          <li key={`${change.place} ${change.kind}`} className="changes__line">
            <span className={tones[change.risk]}>{say(`risk.${change.risk}`)}</span>
            <div className="changes__what">
              <div>
                {say(`change.${change.kind}`)} <code dir="ltr">{change.place}</code>
              </div>
              <Text size="sm" c="dimmed">
                {say(`reason.${change.reason}`)}
                {change.records !== null && <> · {say("changes.records", { count: change.records })}</>}
              </Text>
              <Values change={change} />
            </div>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Values({ change }: { change: Change }) {
  const { say } = useWords();
  if (change.kind !== "changed") return null;
  return (
    <Text size="sm" dir="auto">
      <del aria-label={say("changes.before")}>{short(change.before)}</del>{" "}
      <ins aria-label={say("changes.after")}>{short(change.after)}</ins>
    </Text>
  );
}

function short(value: Data): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 118)}…` : text;
}
