"""The contract every node type keeps."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from engines.flow.catalog import flows_schema, node_schema, node_types
from engines.flow.model import Routing
from engines.rules.catalog import action_types
from tests.support.processes import Case, read_processes

NAMES = list(node_types())
LOCALES = ("en", "zh", "es", "ar")


def test_catalog_holds_the_first_node_types():
    assert NAMES == [
        "action", "approval", "cancel", "choice", "end", "inclusive", "inclusive_join", "join",
        "multi_flow", "multi_task", "parallel", "partial_join", "sub_flow", "task", "terminate",
        "wait",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_node_type_is_labelled_in_every_locale(name: str):
    kind = node_types()[name]

    texts = dict(kind.label.by_locale)

    assert sorted(texts) == sorted(LOCALES)
    assert all(texts.values())
    assert kind.glyph in ("box", "diamond", "circle", "bar")
    assert kind.icon
    assert kind.group


@pytest.mark.parametrize("name", NAMES)
def test_example_fits_the_schema_of_its_type(name: str):
    kind = node_types()[name]
    defs = {"action": {}, "actions": {}, "assignee": {}}
    validator = Draft202012Validator({**node_schema(kind), "$defs": defs})

    problems = list(validator.iter_errors(dict(kind.example)))

    assert problems == []
    Draft202012Validator.check_schema({**node_schema(kind), "$defs": defs})


@pytest.mark.parametrize("name", NAMES)
def test_example_parses_and_a_case_gets_through_or_waits(name: str):
    kind = node_types()[name]
    is_end = kind.routing in (Routing.SINK, Routing.STOP)
    nodes = {"first": dict(kind.example), **({} if is_end else {"end": {"type": "end"}})}
    flows = {"handling": {"on": {"start": "ticket"}, "nodes": nodes}}

    made = read_processes(f"flows: {json.dumps(flows)}\n")
    case = Case(made.flows["handling"])
    step = case.start()

    assert made.sentences == []
    assert step.trace.steps[0].subject == "first"
    assert bool(step.instance.tokens) == kind.waits


@pytest.mark.parametrize("name", NAMES)
def test_node_type_refuses_a_key_it_does_not_know(name: str):
    kind = node_types()[name]
    example = {**dict(kind.example), "colour": "red"}
    flows = {"handling": {"on": {"start": "ticket"}, "nodes": {"first": example}}}

    made = read_processes(f"flows: {json.dumps(flows)}\n")

    assert "unknown key 'colour'" in made.sentences[0]


def test_schema_of_the_section_is_a_valid_schema():
    Draft202012Validator.check_schema(flows_schema())


@pytest.mark.parametrize("name", list(action_types()))
def test_node_can_do_every_action(name: str):
    action = dict(action_types()[name].example)
    flows = {
        "approval": {
            "on": {"start": "ticket"},
            "nodes": {
                "act": {"type": "action", "do": [action], "to": "end"},
                "end": {"type": "end"},
            },
        }
    }
    connectors = {"erp": {"type": "http", "url": "https://erp.example.com"}}

    made = read_processes(f"flows: {json.dumps(flows)}\nconnectors: {json.dumps(connectors)}\n")
    step = Case(made.flows["approval"], {"assignee": None, "order": "o-1"}).start()

    assert made.sentences == []
    assert len(step.effects) > 1
