"""Call another program through a connector; its answer may fill fields and wake flows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engines.action import Action, FactPath, Occasion
from engines.connector import Connector
from engines.diagnostics import did_you_mean, one_of
from engines.expression.compile import Expression
from engines.messages import CallConnector, Effect
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, FieldId, LocaleText

_METHODS: Final = ("POST", "PUT", "PATCH", "DELETE", "GET")
_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Call(Action):
    """Asked for with the values of that moment; it leaves once they are stored."""

    connector: Connector
    method: str
    path: str
    sent: tuple[tuple[str, Expression], ...]
    answer: str
    kept: Mapping[FieldId, str]

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expressions read."""
        return frozenset().union(*(one.paths for _, one in self.sent))

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One call."""
        return (
            CallConnector(
                connector=self.connector.id,
                url=self.connector.url,
                secret=self.connector.secret,
                header=self.connector.header,
                method=self.method,
                path=self.path,
                values={name: one.evaluate(facts) for name, one in self.sent},
                answer=self.answer,
                kept=self.kept,
                form=occasion.form,
                record=occasion.record,
                key=occasion.key,
                reason=occasion.reason,
            ),
        )


class CallType(ActionType):
    """`call: {connector: erp, path: "/orders/{number}", send: {number: record.number}}`."""

    name = "call"
    label = LocaleText(
        (("en", "Call a connector"), ("zh", "调用连接器"), ("es", "Llamar a un conector"),
         ("ar", "استدعاء موصل"))
    )  # fmt: skip
    icon = "bolt"
    group = "message"
    schema = {
        "type": "object",
        "properties": {
            "connector": {"type": "string", "title": "Connector", "x-reference": "connector"},
            "method": {"enum": list(_METHODS), "title": "Method", "default": _METHODS[0]},
            "path": {
                "type": "string",
                "title": "Path",
                "description": "Behind the connector's address; {name} is a value that is sent.",
                "pattern": r"^(/[A-Za-z0-9._~{}-]*)+$",
                "maxLength": 300,
            },
            "send": {
                "type": "object",
                "title": "Sends",
                "description": "Expressions by name: JSON body, or query of GET and DELETE.",
                "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,60}$"},
                "additionalProperties": {"type": "string", "x-expression": "value"},
            },
            "answer": {
                "type": "string",
                "title": "Message of the answer",
                "description": "Goes to the flows on the record once the other side has answered.",
                "pattern": "^[a-z][a-z0-9_]{0,47}$",
            },
            "keep": {
                "type": "object",
                "title": "Keeps",
                "description": "Fields of the record, and where their values stand in the answer.",
                "additionalProperties": {
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$",
                },
            },
        },
        "required": ["connector", "path"],
        "additionalProperties": False,
    }
    example = {
        "call": {
            "connector": "erp",
            "path": "/orders/{number}",
            "send": {"number": "record.id"},
            "answer": "erp_knows",
        }
    }

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Check connector, path, expressions and the fields that are kept."""
        connector = _connector(str(data.get("connector")), spot)
        sent = _sent(data.get("send") or {}, spot.at("send"))
        kept = _kept(data.get("keep") or {}, spot.at("keep"))
        path = str(data.get("path"))
        stray = sorted(set(_PLACE.findall(path)) - set(data.get("send") or {}))
        if stray or set(_PLACE.sub("", path)) & set("{}"):
            name = stray[0] if stray else path
            hint = "Add it to 'send', or take it out of the path."
            spot.at("path").problem("R029", f"nothing is sent for {name!r}", hint)
            return None
        if connector is None or sent is None or kept is None:
            return None
        method, answer = str(data.get("method", _METHODS[0])), str(data.get("answer") or "")
        return Call(connector, method, path, sent, answer, kept)


def _connector(name: str, spot: Spot) -> Connector | None:
    known = spot.context.connectors
    if name not in known:
        hint = did_you_mean(name, known) or (one_of(known) if known else "Add it to 'connectors'.")
        spot.at("connector").problem("R028", f"unknown connector {name!r}", hint)
    return known.get(name)


def _sent(data: Mapping[str, Any], spot: Spot) -> tuple[tuple[str, Expression], ...] | None:
    found = [(name, spot.at(name).expression(written)) for name, written in data.items()]
    sent = tuple((name, one) for name, one in found if one is not None)
    return sent if len(sent) == len(found) else None


def _kept(data: Mapping[str, Any], spot: Spot) -> Mapping[FieldId, str] | None:
    found = {FieldId(name): str(place) for name, place in data.items()}
    fields = [spot.at(name).settable(name) for name in data]
    return None if None in fields else found


TYPE = CallType()
