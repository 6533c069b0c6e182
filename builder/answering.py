"""The other programs of a trial: calls that would have left, and what somebody lets them answer.

An answer goes the way of a real one, from the status on. Nothing is called; what an answer does to
a record and its flows stands in `runtime`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from builder.sandbox import Sandbox
from builder.witness import Case
from engines.errors import NotFound
from runtime.adapters.recording import Recorded
from runtime.channels.connector import CalledInVain, order_of
from runtime.ports import CallAnswer, Undeliverable

CHANNEL = "connector"
OK = 200

State = Literal["waiting", "answered", "failed", "given_up"]


@dataclass(frozen=True, slots=True)
class Call:
    """A call and how it stands: one that failed would be tried again, given up by an operator."""

    made: Recorded
    case: Case | None
    state: State
    problem: str = ""

    @property
    def connector(self) -> str:
        """Whom it calls."""
        return self.made.message.target

    @property
    def subject(self) -> str:
        """Method and path as the definition has them: `POST /orders/{number}`."""
        return self.made.message.subject

    @property
    def order(self) -> Mapping[str, Any]:
        """What it says; its `url` is empty where the path lacks a value."""
        return json.loads(self.made.message.body)  # type: ignore[no-any-return]


def calls(sandbox: Sandbox) -> tuple[Call, ...]:
    """All calls, oldest first."""
    cases = {case.record: case for case in sandbox.cases}
    return tuple(
        _standing(sandbox, one, cases.get(one.message.record) if one.message.record else None)
        for one in sandbox.messages
        if one.message.channel == CHANNEL
    )


def call_meant(sandbox: Sandbox, connector: str, case: Case | None, subject: str) -> Call:
    """The oldest call that waits, else the oldest that failed. Raises NotFound."""
    found = [
        one
        for one in calls(sandbox)
        if one.connector == connector
        and one.state != "answered"
        and (case is None or one.case == case)
        and subject in ("", one.subject)
    ]
    if not found:
        about = f" about {case.label}" if case is not None else ""
        raise NotFound(f"a call of {connector}{about} that waits for an answer")
    return min(found, key=lambda one: one.state != "waiting")


def answer(sandbox: Sandbox, call: Call, status: int, body: Any) -> None:
    """Let the program that is called answer.

    Raises FieldErrors for what fits no field, and Undeliverable for a call that would not leave.
    """
    order_of(call.made.message)
    given = CallAnswer(status, json.dumps(body).encode())
    try:
        sandbox.hear(call.made.message, given)
    except CalledInVain as error:
        sandbox.note_answer(call.made, "failed", str(error))
    except Undeliverable as error:
        sandbox.note_answer(call.made, "given_up", str(error))
    else:
        sandbox.note_answer(call.made, "answered")


def sample(order: Mapping[str, Any]) -> Any:
    """An answer with a blank at every place that is kept: {"order": {"id": ""}}."""
    found: Any = {}
    for place in order["keep"].values():
        found = _with_blank(found, place.split("."))
    return found


def _standing(sandbox: Sandbox, made: Recorded, case: Case | None) -> Call:
    state, problem = sandbox.answers.get(made.message.id, ("waiting", ""))
    if not json.loads(made.message.body)["url"]:
        state, problem = "given_up", "A value that the path names is empty."
    return Call(made, case, state, problem)  # type: ignore[arg-type]


def _with_blank(data: Any, places: list[str]) -> Any:
    """`data` with a blank at a place, in lists where the place has a number: items.0.price."""
    if not places:
        return data if data else ""
    first, rest = places[0], places[1:]
    if first.isdigit() and not (isinstance(data, dict) and data):
        number = min(int(first), _LONGEST)
        known = list(data) if isinstance(data, list) else []
        known += [{} for _ in range(number + 1 - len(known))]
        known[number] = _with_blank(known[number], rest)
        return known
    known_by_name = dict(data) if isinstance(data, dict) else {}
    return {**known_by_name, first: _with_blank(known_by_name.get(first, {}), rest)}


_LONGEST = 9  # of a list in a sample
