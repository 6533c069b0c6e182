/** What every editor of an option is given. */
import type { Schema } from "../model/schema";
import type { Path } from "../model/tree";

export interface EditorProps {
  path: Path;
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  isRequired?: boolean;
}

/** An editor that looks into its schema: a list, a map, a group, a choice. */
export interface SchemaEditorProps extends EditorProps {
  schema: Schema;
}
