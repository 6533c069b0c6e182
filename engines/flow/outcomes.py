"""How what tasks and approvals offer is written and parsed: outcomes, part of the form, time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engines.action import Action
from engines.diagnostics import did_you_mean, one_of
from engines.flow.offer import Offer, Outcome
from engines.flow.schemas import ACTION_VALUES, ACTIONS, ID_PATTERN, NODE, TEXT, Schema, of
from engines.flow.site import Site
from engines.flow.timers import DUE
from engines.values import RoleId

_REQUIRED = "required"


def outcome_schema() -> dict[str, Any]:
    """One outcome: `{title: Solved, to: end, set: {status: solved}, comment: required}`."""
    return {
        "type": "object",
        "properties": {
            "title": of(TEXT, "Title"),
            "to": of(NODE, "Goes to"),
            "set": of(ACTION_VALUES, "Sets fields"),
            "do": of(ACTIONS, "Does"),
            "comment": {"title": "Comment", "enum": ["optional", _REQUIRED]},
            "signature": {"title": "Signature", "enum": ["optional", _REQUIRED]},
            "attachment": {"title": "Attachment", "enum": ["optional", _REQUIRED]},
            "choose": {
                "type": "string",
                "title": "Chooses a person",
                "description": "Holders of this role; a later step asks for 'chosen'.",
                "x-reference": "role",
            },
        },
        "additionalProperties": False,
    }


OUTCOMES: Final[Schema] = {
    "type": "object",
    "title": "Outcomes",
    "description": "The ways to finish the task, in the order of their buttons.",
    "minProperties": 1,
    "maxProperties": 20,
    "propertyNames": {"pattern": ID_PATTERN},
    "additionalProperties": outcome_schema(),
}


def parse_offer(data: Mapping[str, Any], site: Site, edge: str | None = None) -> Offer:
    """What is written under `outcomes`, `form` and `due`; outcomes without a way are left out.

    With an `edge` all go that way and write none of their own.
    """
    choices = _outcomes(data, site, edge)
    part = site.at("form").form_part(data.get("form") or {})
    within = site.quiet_span(data.get(DUE) or {}, "within")  # reported once, with the timers
    return Offer(choices, part, within)


def _outcomes(data: Mapping[str, Any], site: Site, edge: str | None) -> tuple[Outcome, ...]:
    found = []
    for name, written in (data.get("outcomes") or {}).items():
        here = site.at("outcomes", name)
        outcome = written or {}
        if edge is None and "to" not in outcome:
            here.problem(
                "W022",
                f"outcome {name!r} of node {site.node!r} leads nowhere",
                "Add 'to' with the next node.",
            )
            continue
        way = edge if edge is not None else here.at("to").edge(outcome["to"], name)
        title = here.text(outcome, fallback=_title_of(name))
        actions = _actions(outcome, here)
        found.append(
            Outcome(
                name,
                title,
                way,
                actions,
                outcome.get("comment") == _REQUIRED,
                outcome.get("signature") == _REQUIRED,
                outcome.get("attachment") == _REQUIRED,
                _chooses(outcome, here),
            )
        )
    return tuple(found)


def _actions(outcome: Mapping[str, Any], site: Site) -> tuple[Action, ...]:
    found = site.actions({"set": outcome["set"]}) if outcome.get("set") else ()
    return (*found, *(site.at("do").actions(outcome["do"]) if outcome.get("do") else ()))


def _chooses(outcome: Mapping[str, Any], site: Site) -> RoleId | None:
    if "choose" not in outcome:
        return None
    role, roles = str(outcome["choose"]), site.context.roles
    if role not in roles:
        hint = did_you_mean(role, roles) or one_of(sorted(roles))
        site.at("choose").problem("W064", f"unknown role {role!r}", hint)
    return RoleId(role)


def _title_of(name: str) -> str:
    return name.replace("_", " ").capitalize()
