"""The contract every action type and hit policy keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engines.rules.catalog import action_schema, action_types, actions_schema
from engines.rules.evaluate import decide
from engines.rules.hittype import hit_types
from engines.rules.model import Created
from engines.rules.parse import rules_schema
from engines.rules.ruleset import compile_rules
from engines.rules.table import tables_schema
from tests.support.processes import RECORD, TICKET, Definition, facts, read_processes

NAMES = list(action_types())
FLOW = (
    "flows: {approval: {on: {start: ticket}, nodes: {end: {type: end}}}}\n"
    "connectors: {erp: {type: http, url: https://erp.example.com}}\n"
)


def with_action(action: dict[str, Any]) -> Definition:
    rules = {"r": {"on": {"created": "ticket"}, "do": [action]}}
    return read_processes(f"rules: {json.dumps(rules)}\n{FLOW}")


def test_catalog_holds_the_first_actions():
    assert NAMES == [
        "assign", "call", "create", "notify", "set", "set_value", "signal", "start", "update",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_action_type_is_labelled_in_every_locale(name: str):
    texts = dict(action_types()[name].label.by_locale)

    assert sorted(texts) == ["ar", "en", "es", "zh"]
    assert all(texts.values())


@pytest.mark.parametrize("name", NAMES)
def test_example_is_written_under_the_name_of_its_type(name: str):
    example = dict(action_types()[name].example)

    problems = list(Draft202012Validator(action_schema()).iter_errors(example))

    assert list(example) == [name]
    assert problems == []


@pytest.mark.parametrize("name", NAMES)
def test_example_parses_and_does_something(name: str):
    made = with_action(dict(action_types()[name].example))

    decision = decide(
        compile_rules(made.rules),
        Created(TICKET),
        facts(assignee=None, order="o-1"),
        TICKET,
        RECORD,
    )

    assert made.sentences == []
    assert decision.values or decision.effects


@pytest.mark.parametrize("name", NAMES)
def test_action_only_writes_what_it_says(name: str):
    (rule,) = with_action(dict(action_types()[name].example)).rules
    (action,) = rule.actions

    values = action.values(facts(assignee=None, order="o-1"))

    assert set(values) <= action.writes
    assert action.has_effects or values


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("nonsense", ["yes", {"nonsense": "x"}, None, []])
def test_nonsense_is_refused_with_a_sentence(name: str, nonsense: object):
    made = with_action({name: nonsense})

    assert made.sentences
    assert all(f"rules.r.do[0].{name}" in sentence for sentence in made.sentences)
    assert made.rules == []


@pytest.mark.parametrize("schema", [rules_schema, tables_schema, actions_schema, action_schema])
def test_schemas_are_valid(schema: Any):
    Draft202012Validator.check_schema(schema())


def test_hit_policies_are_labelled_in_every_locale():
    labels = [dict(kind.label.by_locale) for kind in hit_types().values()]

    assert list(hit_types()) == ["first", "unique"]
    assert [sorted(texts) for texts in labels] == [["ar", "en", "es", "zh"]] * 2
