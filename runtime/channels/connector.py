"""Calls of other programs, as `runtime/perform/connectors.py` has ordered them.

A repeat carries the same `Idempotency-Key`. What the answer says is handed on before the call
counts as done, so that an answer is never lost; who takes it must bear to hear it twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from engines.errors import AppBuilderError
from runtime.ports import (
    CallAnswer,
    DeliveryRow,
    HttpCaller,
    NotYet,
    OutgoingCall,
    Undeliverable,
)

_TRY_AGAIN = (408, 425, 429)

# The message the call was, the values of the answer by field, and the word for the flows.
Answered = Callable[[DeliveryRow, Mapping[str, Any], str], None]


class CalledInVain(AppBuilderError):
    """The other program is there and cannot do it now."""


@dataclass(frozen=True, slots=True)
class Connector:
    """Calls through `caller`; `secrets` by their names in definitions and hosts: name@host."""

    caller: HttpCaller
    secrets: Mapping[str, str]
    answered: Answered

    @property
    def name(self) -> str:
        """The word calls are addressed with."""
        return "connector"

    def deliver(self, message: DeliveryRow) -> None:
        """Call, and hand on what the answer says."""
        order = order_of(message)
        hand_on(message, self.caller.call(self._call(message, order)), self.answered)

    def _call(self, message: DeliveryRow, order: Mapping[str, Any]) -> OutgoingCall:
        headers = {
            "Accept": "application/json",
            "Idempotency-Key": _key(message),
            "User-Agent": "dougong",
        }
        if order["secret"]:
            # Bound to a host: else who edits a definition could have it sent anywhere.
            place = f"{order['secret']}@{urlsplit(order['url']).hostname}"
            secret = self.secrets.get(place)
            if not secret:
                raise NotYet(f"No secret is set for this host: write {place} under secrets.")
            name = order["header"] or "Authorization"
            headers[name] = secret if order["header"] else f"Bearer {secret}"
        body = None
        if order["json"] is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(order["json"], ensure_ascii=False).encode()
        return OutgoingCall(order["method"], order["url"], headers, body)


def order_of(message: DeliveryRow) -> Mapping[str, Any]:
    """What is asked of the other program. Raises Undeliverable for a path that lacks a value."""
    order: dict[str, Any] = json.loads(message.body)
    if not order["url"]:
        raise Undeliverable("A value that the path names is empty.")
    return order


def hand_on(message: DeliveryRow, answer: CallAnswer, answered: Answered) -> None:
    """Tell `answered` what an answer says. Raises CalledInVain, Undeliverable."""
    if answer.status in _TRY_AGAIN or answer.status >= 500:
        raise CalledInVain(f"{message.target} answered {answer.status}.")
    if not 200 <= answer.status < 300:
        # Its words may repeat what was sent, which stays sealed; they are told there.
        raise Undeliverable(
            f"{message.target} answered {answer.status}. Its log has why, "
            f"under the key {_key(message)}."
        )
    order = order_of(message)
    if order["keep"] or order["answer"]:
        found = _json(answer.body) if order["keep"] else None
        kept = {field: _at(found, place) for field, place in order["keep"].items()}
        answered(message, kept, order["answer"])


def _key(message: DeliveryRow) -> str:
    return sha256(message.key.encode()).hexdigest()[:40]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null", parse_float=str)  # no digit of a number is lost
    except ValueError as error:
        raise Undeliverable("The answer is no JSON.") from error


def _at(data: Any, place: str) -> Any:
    """What stands at "order.id" or "items.0.price"; None where there is nothing."""
    for step in place.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data
