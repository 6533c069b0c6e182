/** The control of a field; choosing another says at once what it would do to stored values. */
import { Button, Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import type { Conversion, Operation } from "../api";
import { useApp, useDesign, useDesigner, useRead } from "../context";
import { at, type Path } from "../model/tree";
import { Dialog } from "../parts/Dialog";
import { useWords } from "../words";
import { convert } from "./gestures";

interface Asked {
  operations: Operation[];
  label: string;
  found: Conversion;
}

export function ConvertInput({ form, field, type }: { form: string; field: string; type: string }) {
  const { say } = useWords();
  const { api, make } = useDesigner();
  const app = useApp();
  const palette = useDesign((state) => state.palette);
  const [asked, setAsked] = useState<Asked | null>(null);
  const path: Path = ["forms", form, "fields", field];
  const change = async (to: string | null): Promise<void> => {
    const offered = palette.fields.find((one) => one.type === to);
    if (!offered || to === type) return;
    const operations = convert(app, palette.schema, path, offered);
    const found = await api.conversion(form, field, operations).catch(() => null);
    // Nothing is lost, or nobody can tell: publishing says it once more.
    if (!found?.unfit) void make(...operations);
    else setAsked({ operations, label: offered.label, found });
  };
  return (
    <>
      <Select
        label={say("panel.control")}
        description={say("panel.control_help")}
        data={palette.fields.map((one) => ({ value: one.type, label: one.label }))}
        value={type}
        onChange={(to) => void change(to)}
        searchable
        allowDeselect={false}
      />
      {asked && (
        <ConvertDialog
          {...asked}
          path={path}
          onClose={() => setAsked(null)}
          onConvert={() => {
            setAsked(null);
            void make(...asked.operations);
          }}
        />
      )}
    </>
  );
}

interface DialogProps extends Asked {
  path: Path;
  onConvert: () => void;
  onClose: () => void;
}

function ConvertDialog({ path, label, found, onConvert, onClose }: DialogProps) {
  const { say } = useWords();
  const read = useRead();
  const app = useApp();
  const name = read(at(app, [...path, "title"]), String(path[path.length - 1]));
  return (
    <Dialog onClose={onClose} title={say("convert.title", { name, control: label })}>
      <Text>{say("convert.records", { count: found.records ?? 0 })}</Text>
      <Text mt="xs">{say("convert.unfit", { count: found.unfit, tried: found.tried })}</Text>
      <Text mt="xs" c="dimmed" size="sm">
        {say("convert.kept")}
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          {say("convert.keep")}
        </Button>
        <Button color="red" className="danger-button" onClick={onConvert}>
          {say("convert.now")}
        </Button>
      </Group>
    </Dialog>
  );
}
