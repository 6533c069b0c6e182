"""The contract every assignee source keeps."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from engines.assignee.catalog import assignee_schema, source_types
from engines.assignee.parse import Assignee
from engines.messages import (
    AssignFromPool,
    OrElse,
    ToHead,
    ToManager,
    ToNobody,
    ToPool,
    ToUser,
)
from tests.support.processes import Definition, facts, read_processes

NAMES = list(source_types())
FORMS = """
forms:
  ticket:
    fields:
      email: {type: email}
      assignee: {type: user}
      team: {type: text}
  duty:
    fields:
      person: {type: user}
      starts: {type: datetime}
      ends: {type: datetime}
"""
SETTLED_LATER = ["department", "head_of", "manager", "region", "roster", "skill"]


def assignee(source: object) -> Assignee:
    """The assignee of a notification written so."""
    made = sentences(source)
    assert made.sentences == []
    return made.rules[0].actions[0].to


def sentences(source: object) -> Definition:
    rules = {"r": {"on": {"created": "ticket"}, "do": [{"notify": notice(source)}]}}
    return read_processes(f"rules: {json.dumps(rules)}\n", FORMS)


def recipient(source: object, **record: object) -> object:
    """Whom a notification written so would reach."""
    return assignee(source).recipient(facts(**record))


def notice(source: object) -> dict[str, object]:
    return {"to": source, "template": "received"}


def test_catalog_holds_every_source():
    assert NAMES == [
        "address", "chosen", "department", "field", "head_of", "initiator", "manager", "region",
        "role", "roster", "skill", "user",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_source_is_labelled_in_every_locale(name: str):
    texts = dict(source_types()[name].label.by_locale)

    assert sorted(texts) == ["ar", "en", "es", "zh"]
    assert all(texts.values())


@pytest.mark.parametrize("name", NAMES)
def test_example_fits_the_schema_and_names_somebody(name: str):
    example = dict(source_types()[name].example)
    validator = Draft202012Validator(assignee_schema())

    record = {"email": "a@example.com", "assignee": "u-ben", "created_by": "u-ana"}
    found = assignee(example).recipient({**facts(**record), "chosen": ["u-ben"]})

    assert list(validator.iter_errors(example)) == []
    assert not isinstance(found, ToNobody)


@pytest.mark.parametrize("name", [one for one in NAMES if one not in SETTLED_LATER])
def test_source_that_can_be_empty_says_so(name: str):
    example = {**source_types()[name].example, "if_empty": "skip"}

    found = recipient(example, email="", assignee=None, created_by=None)

    can_be_empty = assignee(example).source.can_be_empty
    assert can_be_empty == (found == ToNobody("skip"))


@pytest.mark.parametrize("name", SETTLED_LATER)
def test_source_that_the_runtime_settles_says_that_it_may_be_empty(name: str):
    source = assignee(source_types()[name].example).source

    assert (source.is_settled_later, source.can_be_empty) == (True, True)


def test_fallback_of_what_is_settled_later_goes_along():
    source = {"head_of": "repair", "if_empty": {"role": "agent"}}

    assert recipient(source) == OrElse(ToHead("repair"), ToPool("agent"))


@pytest.mark.parametrize("team", ["north", None])
def test_group_may_be_named_by_the_record(team: str | None):
    source = {"region": {"of": "record.team"}, "among": "clerk", "if_empty": "skip"}

    found = recipient(source, team=team)

    named = AssignFromPool("clerk", "least_busy", region="north")
    assert found == (named if team else ToNobody("skip"))


def test_manager_is_that_of_the_initiator_unless_said():
    of_initiator = assignee({"manager": 2, "if_empty": "skip"})

    found = of_initiator.recipient({**facts(), "initiator": "u-cleo"})

    assert found == ToManager("u-cleo", 2)


def test_fallback_is_asked_when_the_source_is_empty():
    source = {"field": "assignee", "if_empty": {"role": "agent"}}

    found = [recipient(source, assignee=who) for who in ("u-ben", None)]

    assert found == [ToUser("u-ben"), ToPool("agent")]


def test_empty_fallback_blocks():
    source = {"field": "assignee", "if_empty": {"user": "record.created_by"}}

    assert recipient(source, assignee=None, created_by=None) == ToNobody("block")
