"""How signers, quorum and further rules of an approval are written and parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from engines.assignee.parse import Assignee
from engines.diagnostics import did_you_mean, one_of
from engines.flow.person_signals import Where
from engines.flow.schemas import ASSIGNEE, Schema
from engines.flow.signing.changes import Adding
from engines.flow.signing.quorum import Mode, Power, Quorum, Weight
from engines.flow.signing.seating import Auto
from engines.flow.site import Site
from engines.values import RoleId

_NONE: Final = "none"
_ROLES: Final[Schema] = {
    "type": "array",
    "title": "Only holders of",
    "items": {"type": "string", "x-reference": "role"},
    "minItems": 1,
    "maxItems": 50,
}

PROPERTIES: Final[Schema] = {
    "mode": {
        "title": "Who decides",
        "description": "Any one, all at once, all in turn, or a share of the votes.",
        "enum": [one.value for one in Mode],
        "default": Mode.ALL.value,
    },
    "signers": {
        "type": "array",
        "title": "Signers",
        "items": {
            "anyOf": [
                ASSIGNEE,
                {
                    "type": "object",
                    "title": "Signer with a weight",
                    "properties": {
                        "who": ASSIGNEE,
                        "weight": {
                            "type": "integer",
                            "title": "Votes",
                            "minimum": 1,
                            "maximum": 1000,
                        },
                        "power": {
                            "title": "Alone may",
                            "description": "Reject, pass, or both, whatever the others say.",
                            "enum": [one.value for one in Power],
                        },
                    },
                    "required": ["who"],
                    "additionalProperties": False,
                },
            ]
        },
        "minItems": 1,
        "maxItems": 50,
    },
    "threshold": {
        "type": "string",
        "title": "Share that passes",
        "description": "Of a vote: '2/3' or '60%'.",
    },
    "wait_for_all": {
        "type": "boolean",
        "title": "Counts at the end only",
        "default": False,
    },
    "auto_approve": {
        "title": "Approved by itself for",
        "description": "The initiator, or who has approved at an earlier step.",
        "anyOf": [
            {"enum": [_NONE, *[one.value for one in Auto]]},
            {"type": "array", "items": {"enum": [one.value for one in Auto]}, "maxItems": 2},
        ],
    },
    "add_signers": {
        "type": "object",
        "title": "Signers may add others",
        "properties": {
            "where": {
                "type": "array",
                "title": "Where",
                "items": {"enum": [one.value for one in Where]},
                "minItems": 1,
                "maxItems": 3,
            },
            "roles": _ROLES,
        },
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signs and how they are counted."""

    people: tuple[Assignee, ...]
    quorum: Quorum
    auto: frozenset[Auto]
    adding: Adding | None


def parse_signers(data: Mapping[str, Any], site: Site) -> Signers | None:
    """The signers and their rules; None when a signer was reported."""
    written = list(data.get("signers") or ())
    found = [_signer(one, site.at("signers", n)) for n, one in enumerate(written)]
    people = [who for who, _ in found if who is not None]
    mode = Mode(data.get("mode", Mode.ALL.value))
    quorum = Quorum(
        mode,
        _threshold(data, mode, site),
        data.get("wait_for_all") is True,
        tuple(weight for _, weight in found),
    )
    adding = _adding(data, site)
    if len(people) < len(written):
        return None
    return Signers(tuple(people), quorum, _auto(data), adding)


def _signer(data: Any, site: Site) -> tuple[Assignee | None, Weight]:
    if not (isinstance(data, Mapping) and "who" in data):
        return site.signer(data), Weight()
    weight = Weight(Fraction(data.get("weight", 1)), Power(data.get("power", Power.NONE.value)))
    return site.at("who").signer(data["who"]), weight


def _threshold(data: Mapping[str, Any], mode: Mode, site: Site) -> Fraction:
    written = data.get("threshold")
    if (written is None) != (mode is not Mode.VOTE):
        message = (
            "a vote does not say which share passes"
            if written is None
            else f"'threshold' means nothing in mode {mode.value!r}"
        )
        hint = "Add 'threshold: 2/3'." if written is None else "Remove it, or write 'mode: vote'."
        site.problem("W061", message, hint)
    if written is None:
        return Fraction(1)
    share = _fraction(str(written))
    if share is None or not 0 < share <= 1:
        site.at("threshold").problem(
            "W062", f"{written!r} is no share", "Write a fraction like 2/3, or 60%, up to 1."
        )
        return Fraction(1)
    return share


def _fraction(text: str) -> Fraction | None:
    number, is_percent = (text[:-1], True) if text.endswith("%") else (text, False)
    try:
        share = Fraction(number.strip())
    except (ValueError, ZeroDivisionError):
        return None
    return share / 100 if is_percent else share


def _auto(data: Mapping[str, Any]) -> frozenset[Auto]:
    written = data.get("auto_approve", _NONE)
    words = written if isinstance(written, list) else [written]
    return frozenset(Auto(one) for one in words if one != _NONE)


def _adding(data: Mapping[str, Any], site: Site) -> Adding | None:
    written = data.get("add_signers")
    if written is None:
        return None
    where = tuple(Where(one) for one in written.get("where") or [one.value for one in Where])
    roles = written.get("roles")
    for number, role in enumerate(roles or ()):
        known = site.context.roles
        if role not in known:
            site.at("add_signers", "roles", number).problem(
                "W063", f"unknown role {role!r}", did_you_mean(str(role), known) or one_of(known)
            )
    return Adding(where, None if roles is None else tuple(RoleId(str(one)) for one in roles))
