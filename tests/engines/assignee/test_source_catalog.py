"""The contract every assignee source keeps."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from engines.assignee.catalog import assignee_schema, source_types
from engines.messages import AssignFromPool, ToAddress, ToNobody, ToPool, ToUser
from tests.support.processes import facts, read_processes

NAMES = list(source_types())
FORMS = """
forms:
  ticket:
    fields:
      email: {type: email}
      assignee: {type: user}
"""


def recipient(source: object, **record: object) -> object:
    """Whom a notification written so would reach."""
    rules = {"r": {"on": {"created": "ticket"}, "do": [{"notify": notice(source)}]}}
    made = read_processes(f"rules: {json.dumps(rules)}\n", FORMS)
    assert made.sentences == []
    return made.rules[0].actions[0].to.recipient(facts(**record))


def notice(source: object) -> dict[str, object]:
    return {"to": source, "template": "received"}


def test_catalog_holds_the_first_sources():
    assert NAMES == ["address", "field", "initiator", "role", "user"]


@pytest.mark.parametrize("name", NAMES)
def test_source_is_labelled_in_every_locale(name: str):
    texts = dict(source_types()[name].label.by_locale)

    assert sorted(texts) == ["ar", "en", "es", "zh"]
    assert all(texts.values())


@pytest.mark.parametrize("name", NAMES)
def test_example_fits_the_schema_and_names_somebody(name: str):
    example = dict(source_types()[name].example)
    validator = Draft202012Validator(assignee_schema())

    found = recipient(example, email="a@example.com", assignee="u-ben", created_by="u-ana")

    assert list(validator.iter_errors(example)) == []
    assert isinstance(found, ToUser | ToPool | AssignFromPool | ToAddress)


@pytest.mark.parametrize("name", NAMES)
def test_source_that_can_be_empty_says_so(name: str):
    example = {**source_types()[name].example, "if_empty": "skip"}

    found = recipient(example, email="", assignee=None, created_by=None)

    rules = {"r": {"on": {"created": "ticket"}, "do": [{"notify": notice(example)}]}}
    made = read_processes(f"rules: {json.dumps(rules)}\n", FORMS)
    can_be_empty = made.rules[0].actions[0].to.source.can_be_empty
    assert can_be_empty == (found == ToNobody("skip"))


def test_fallback_is_asked_when_the_source_is_empty():
    source = {"field": "assignee", "if_empty": {"role": "agent"}}

    found = [recipient(source, assignee=who) for who in ("u-ben", None)]

    assert found == [ToUser("u-ben"), ToPool("agent")]


def test_empty_fallback_blocks():
    source = {"field": "assignee", "if_empty": {"user": "record.created_by"}}

    assert recipient(source, assignee=None, created_by=None) == ToNobody("block")
