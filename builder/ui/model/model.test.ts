/** The pure models of the designers. */
import { describe, expect, it } from "vitest";
import { blankNode, graphOf, nodesNearStart, onwardPath, readingOrder, withPlaces } from "./graph";
import {
  allLists,
  dropIndex,
  fieldsInOrder,
  hiddenFields,
  layoutOf,
  stepTarget,
} from "./layout";
import { problemsUnder } from "./problems";
import { blankOf, editorOf, optionsOf, resolved, type Schema, schemaAt } from "./schema";
import { textFor, textIn, untranslated } from "./texts";
import { at, type Data, formatPath, freeId, toId } from "./tree";

const written: unknown = {
  locales: ["en", "zh"],
  forms: {
    ticket: {
      fields: { a: { type: "text" }, b: {}, c: {}, d: {} },
      layout: [
        { section: { title: "S", columns: [["a", "b"], ["c"]] } },
        { tabs: { one: { title: "T", blocks: [{ heading: "H" }] } } },
      ],
    },
    plain: { fields: { x: {}, y: {} } },
  },
  flows: {
    f: {
      nodes: {
        first: { type: "task", outcomes: { ok: { to: "split" }, no: { to: "end" } } },
        split: { type: "choice", paths: [{ when: "record.a == '1'", to: "both" }, { to: "end" }] },
        both: { type: "parallel", to: ["left", "right"] },
        left: { type: "wait", after: "3d", to: "end", timers: { late: { after: "2h", to: "right" } } },
        right: { type: "action", to: "end" },
        end: { type: "end" },
        lost: { type: "action" },
      },
      canvas: { first: ["10", "20"] },
    },
  },
};
const app = written as Data;

describe("tree", () => {
  it("prints paths as diagnostics do", () => {
    expect(formatPath(["forms", "ticket", "layout", 2, 0])).toBe("forms.ticket.layout[2][0]");
  });

  it("makes ids people may write", () => {
    expect([toId("Été 2026!"), toId("问题"), toId("9 lives")]).toEqual(["ete_2026", "part", "lives"]);
    expect(freeId("Amount", ["amount", "amount_2"])).toBe("amount_3");
  });

  it("finds nothing behind a text", () => {
    expect(at(app, ["forms", "ticket", "layout", "x"])).toBeUndefined();
  });
});

describe("texts", () => {
  it("falls back to the app's first locale", () => {
    expect(textIn({ en: "A", zh: "甲" }, "es", ["en", "zh"])).toBe("A");
  });

  it("takes a text written once for the first locale", () => {
    expect([textFor("A", "en", ["en", "zh"]), textFor("A", "zh", ["en", "zh"])]).toEqual(["A", ""]);
    expect(untranslated("A", ["en", "zh"])).toEqual(["zh"]);
  });
});

describe("layout", () => {
  const layout = layoutOf(app, "ticket");

  it("lists fields in the order people meet them", () => {
    expect(fieldsInOrder(layout)).toEqual(["a", "b", "c"]);
    expect(hiddenFields(app, "ticket")).toEqual(["d"]);
  });

  it("shows all fields of a form without a layout", () => {
    expect(fieldsInOrder(layoutOf(app, "plain"))).toEqual(["x", "y"]);
  });

  it("names every list one can move to", () => {
    expect(allLists(layout).map(([list]) => formatPath(list.path.slice(2)))).toEqual([
      "layout",
      "layout[0].section.columns[0]",
      "layout[0].section.columns[1]",
      "layout[1].tabs.one.blocks",
    ]);
  });

  it("moves a block within its column, to the next column, and out of the section", () => {
    const column = ["forms", "ticket", "layout", 0, "section", "columns"];
    expect(stepTarget(layout, [...column, 0, 0], 1)).toEqual({ parent: [...column, 0], index: 1 });
    expect(stepTarget(layout, [...column, 0, 1], 1)).toEqual({ parent: [...column, 1], index: 0 });
    expect(stepTarget(layout, [...column, 0, 0], -1)).toEqual({
      parent: ["forms", "ticket", "layout"],
      index: 0,
    });
  });

  it("counts a drop below itself without the moved block", () => {
    expect(dropIndex(["layout", 0], ["layout"], 3)).toBe(2);
    expect(dropIndex(["layout", 2], ["layout"], 1)).toBe(1);
    expect(dropIndex(["layout", 0, "x", 0], ["layout"], 3)).toBe(3);
  });
});

describe("graph of a long flow", () => {
  it("is opened around its start", () => {
    const nodes: Data = { first: { type: "task", to: "far" }, near: { type: "end" }, far: { type: "end" } };
    const canvas: Data = { first: ["0", "0"], near: ["300", "100"], far: ["2000", "0"] };
    const graph = graphOf({ flows: { f: { nodes, canvas } } }, "f", new Set(["end"]));

    expect(nodesNearStart(graph)).toEqual(["first", "near"]);
  });
});

describe("graph of a node that waits", () => {
  const waits: Data = {
    type: "wait",
    race: [{ after: "3d", to: "end" }, { message: "paid", to: "end" }],
    messages: { stop: { message: "stopped", to: "end" } },
    on_error: { to: "end" },
  };
  const nodes: Data = { pause: waits, end: { type: "end" } };
  const graph = graphOf({ flows: { f: { nodes } } }, "f", new Set(["end"]));

  it("has an edge for everything it may be led on by", () => {
    expect(graph.edges.map((edge) => [edge.port.kind, edge.port.hint])).toEqual([
      ["race", "3d"],
      ["race", "paid"],
      ["message", "stopped"],
      ["error", ""],
    ]);
    expect(graph.edges.map((edge) => formatPath(edge.port.path.slice(3)))).toEqual([
      "pause.race[0].to",
      "pause.race[1].to",
      "pause.messages.stop.to",
      "pause.on_error.to",
    ]);
  });
});

describe("graph", () => {
  const graph = graphOf(app, "f", new Set(["end"]));

  it("finds every edge with the path of its target", () => {
    expect(graph.edges.map((edge) => formatPath(edge.port.path.slice(3)))).toEqual([
      "first.outcomes.ok.to",
      "first.outcomes.no.to",
      "split.paths[0].to",
      "split.paths[1].to",
      "both.to[0]",
      "both.to[1]",
      "left.to",
      "left.timers.late.to",
      "right.to",
    ]);
  });

  it("offers a way on to a node that has none, but not to an end", () => {
    const ports = Object.fromEntries(graph.nodes.map((node) => [node.id, node.ports.length]));
    expect([ports.lost, ports.end]).toEqual([1, 0]);
  });

  it("reads the nodes from the start along the edges", () => {
    expect(readingOrder(graph)).toEqual(["first", "split", "end", "both", "left", "right", "lost"]);
  });

  it("keeps written places and gives the others one of their own", () => {
    const places = withPlaces(graph);
    expect(places.get("first")).toEqual({ x: 10, y: 20 });
    expect(new Set([...places.values()].map((place) => `${place.x},${place.y}`)).size).toBe(7);
  });

  it("ends with a cycle", () => {
    const loop = { flows: { f: { nodes: { a: { type: "t", to: "b" }, b: { type: "t", to: "a" } } } } };
    expect(readingOrder(graphOf(loop, "f", new Set()))).toEqual(["a", "b"]);
  });

  it("makes a blank node of an example", () => {
    const example = { type: "task", title: "T", to: "x", outcomes: { ok: { title: "OK", to: "y" } } };
    expect(blankNode(example)).toEqual({ type: "task", outcomes: { ok: { title: "OK" } } });
    expect(onwardPath(example)).toEqual(["to"]);
    expect(onwardPath({ outcomes: { ok: {} } })).toEqual(["outcomes", "ok", "to"]);
  });
});

describe("schema", () => {
  const root: Schema = {
    type: "object",
    properties: {
      forms: { additionalProperties: { properties: { fields: { additionalProperties: { $ref: "#/$defs/field" } } } } },
    },
    $defs: {
      words: { type: ["string", "object"], additionalProperties: { type: "string" } },
      field: {
        type: "object",
        "x-discriminator": "type",
        "x-variants": {
          text: { properties: { type: { const: "text" }, max_length: { type: "integer" } }, required: ["type"] },
        },
        properties: { title: { $ref: "#/$defs/words", title: "Title" }, required: { type: ["boolean", "string"], "x-expression": "condition" } },
      },
    },
  };
  const path = ["forms", "ticket", "fields", "a"];

  it("knows the options of the variant that the data name", () => {
    const options = optionsOf(root, schemaAt(root, app, path), at(app, path), path);
    expect(options.map((option) => [option.key, option.editor])).toEqual([
      ["title", "words"],
      ["required", "expression"],
      ["max_length", "number"],
    ]);
  });

  it("keeps the words beside a reference", () => {
    expect(resolved(root, { $ref: "#/$defs/words", title: "Help" }).title).toBe("Help");
  });

  it("chooses an editor for every shape", () => {
    expect(editorOf({ type: "array", items: { "x-reference": "field" } })).toBe("references");
    expect(editorOf({ type: "object", additionalProperties: { type: "integer" } })).toBe("map");
    expect(editorOf({ type: "boolean" })).toBe("switch");
    expect(editorOf({ enum: ["a"] })).toBe("choice");
    expect(editorOf({})).toBe("written");
  });

  it("begins a new entry with what is required", () => {
    expect(blankOf(root, { $ref: "#/$defs/field" })).toEqual({ type: "text" });
  });
});

describe("problems", () => {
  const problem = {
    code: "F002",
    path: ["forms", "ticket", "fields", "mood", "type"],
    place: "",
    line: 4,
    column: 1,
    message: "unknown field type 'raitng'",
    hint: "Did you mean 'rating'?",
    severity: "error" as const,
    fix: { wrong: "raitng", right: "rating" },
  };

  it("belong to every part around them", () => {
    expect(problemsUnder([problem], ["forms", "ticket"])).toHaveLength(1);
    expect(problemsUnder([problem], ["forms", "tick"])).toHaveLength(0);
  });
});
