/** What is copied and put in elsewhere keeps its words and gets ids of its own. */
import { describe, expect, it } from "vitest";
import { copyOfBlock, copyOfNode, pasteInFlow, pasteInForm } from "./clipboard";
import { findBlock, layoutOf } from "./layout";
import type { Data } from "./tree";

const app: Data = {
  forms: {
    ticket: {
      fields: { a: { type: "text", required: "true" }, b: {}, c: {} },
      layout: [{ section: { title: "S", columns: [["a"], ["b", { heading: "c" }]] } }, "c"],
    },
    plain: { fields: { a: {}, x: {} } },
  },
  flows: { f: { nodes: { look: { type: "task" } } } },
};
const layout = layoutOf(app, "ticket");
const section = findBlock(layout, ["forms", "ticket", "layout", 0])!;
const field = findBlock(layout, ["forms", "ticket", "layout", 1])!;
const behind = { parent: ["forms", "ticket", "layout"], index: 1 };

describe("clipboard", () => {
  it("pastes a field under an id nothing has", () => {
    const copied = copyOfBlock(app, "ticket", field)!;

    const pasted = pasteInForm(app, "ticket", copied, behind)!;

    expect(pasted.operation).toEqual({
      op: "paste_field",
      form: "ticket",
      field: "c_2",
      definition: {},
      ...behind,
    });
    expect(pasted.selection).toEqual(["forms", "ticket", "fields", "c_2"]);
  });

  it("brings a block's fields along under new ids, its words as they are", () => {
    const copied = copyOfBlock(app, "ticket", section)!;

    const { operation } = pasteInForm(app, "plain", copied, { parent: ["forms", "plain", "layout"], index: null })!;

    expect(operation.fields).toEqual({ a_2: { type: "text", required: "true" }, b: {} });
    expect(operation.block).toEqual({
      section: { title: "S", columns: [["a_2"], ["b", { heading: "c" }]] },
    });
  });

  it("selects a pasted block where it stands at the end", () => {
    const copied = copyOfBlock(app, "ticket", section)!;

    const pasted = pasteInForm(app, "plain", copied, { parent: ["forms", "plain", "layout"], index: null })!;

    expect(pasted.selection).toEqual(["forms", "plain", "layout", 2]);
  });

  it("pastes a node into a flow and nowhere else", () => {
    const copied = copyOfNode(app, "f", "look")!;

    expect(pasteInFlow(app, "f", copied, { x: 1.4, y: 2.6 })?.operation).toEqual({
      op: "paste_node",
      flow: "f",
      node: "look_2",
      definition: { type: "task" },
      x: 1,
      y: 3,
    });
    expect(pasteInForm(app, "ticket", copied, behind)).toBeNull();
    expect(pasteInFlow(app, "f", copyOfBlock(app, "ticket", field)!, { x: 0, y: 0 })).toBeNull();
  });
});
