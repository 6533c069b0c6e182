/** The definition as text: the same draft, with problems marked at their lines. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, useState } from "react";
import { pageFact } from "../../../runtime/ui/partial_updates";
import { useDesign, useDesigner } from "../context";
import type { SectionProps } from "../frame/section";
import { type Problem, problemsAt } from "../model/problems";
import type { Path } from "../model/tree";
import { sentence } from "../parts/ProblemNotes";
import { useWords } from "../words";

export default function TextEditor(_: SectionProps) {
  const { say } = useWords();
  const { saveText, store } = useDesigner();
  const draft = useDesign((state) => state.draft);
  const problems = useDesign((state) => state.problems);
  const isChecked = useDesign((state) => state.isChecked);
  const selected = useDesign((state) => state.selected);
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const base = useRef({ text: draft.text, revision: draft.revision });
  const [isDirty, setDirty] = useState(false);

  const save = useRef(async () => {});
  save.current = async () => {
    const text = editor.current?.state.doc.toString() ?? "";
    if (text === base.current.text) return;
    if (await saveText(text, base.current.revision)) setDirty(false);
  };

  // biome-ignore lint: one editor for the life of the page
  useEffect(() => {
    if (!holder.current) return;
    const view = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: draft.text,
        extensions: extensions(say("text.label"), () => void save.current(), setDirty),
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, []);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const isUntouched = view.state.doc.toString() === base.current.text;
    if (isUntouched || view.state.doc.toString() === draft.text) {
      if (view.state.doc.toString() !== draft.text) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: draft.text } });
      }
      base.current = { text: draft.text, revision: draft.revision };
      setDirty(false);
    }
  }, [draft]);

  useEffect(() => {
    const view = editor.current;
    if (view) view.dispatch(setDiagnostics(view.state, isChecked ? marks(view.state, problems) : []));
  }, [problems, isChecked]);

  useEffect(() => {
    if (selected && editor.current) reveal(editor.current, selected, store.getState().problems);
  }, [selected, store]);

  return (
    <div className="text-editor">
      <div className="toolbar text-editor__bar">
        <p className="muted">{say("text.what")}</p>
        <div className="toolbar__end">
          <span role="status">{isDirty ? say("text.unsaved") : ""}</span>
          <button type="button" className="btn" disabled={!isDirty} onClick={() => void save.current()}>
            {say("text.save")}
          </button>
        </div>
      </div>
      <div className="text-editor__area" dir="ltr" ref={holder} />
    </div>
  );
}

// The tokens' colours, so that the dark scheme can be read too.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--success-text)" },
  { tag: tags.comment, color: "var(--text-muted)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.atom, tags.number], color: "var(--warning-text)" },
  { tag: tags.invalid, color: "var(--danger-text)" },
]);

function extensions(label: string, save: () => void, setDirty: (isDirty: boolean) => void) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    lintGutter(),
    yaml(),
    indentUnit.of("  "),
    syntaxHighlighting(colours),
    EditorView.cspNonce.of(pageFact("csp-nonce")),
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && update.transactions.some((one) => one.isUserEvent("input") || one.isUserEvent("delete") || one.isUserEvent("undo") || one.isUserEvent("redo"))) {
        setDirty(true);
      }
    }),
    keymap.of([
      { key: "Mod-s", run: () => (save(), true) },
      // Tab must leave the text for people without a mouse: Escape, then Tab.
      indentWithTab,
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
    ]),
  ];
}

function marks(state: EditorState, problems: readonly Problem[]): Diagnostic[] {
  return problems.map((problem) => {
    const line = state.doc.line(Math.min(Math.max(problem.line, 1), state.doc.lines));
    const from = Math.min(line.from + Math.max(problem.column - 1, 0), line.to);
    return { from, to: line.to, severity: problem.severity, message: `${sentence(problem)} [${problem.code}]` };
  });
}

function reveal(view: EditorView, path: Path, problems: readonly Problem[]): void {
  const problem = problemsAt(problems, path)[0];
  if (!problem) return;
  const line = view.state.doc.line(Math.min(Math.max(problem.line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
  view.focus();
}
