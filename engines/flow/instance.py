"""The state of one running flow, and its small JSON form. What it means is in `advance.py`.

Earlier forms of the JSON are brought up to date in `stateformat.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from engines.flow.memory import NO_MEMORY, Memory, memory_from_json, memory_to_json
from engines.flow.stateformat import FORMAT, upgraded
from engines.values import FlowId, FormId, InstanceId, NodeId, RecordId, UserId, Value


class Stage(StrEnum):
    """Where a token stands within its node."""

    WAITING = "waiting"  # for a person, a time, the other branches
    READY = "ready"  # at the door, until fresh facts come
    STUCK = "stuck"  # an incident


class Status(StrEnum):
    """How the whole instance fares."""

    RUNNING = "running"
    INCIDENT = "incident"  # running, but at least one token is stuck
    SUSPENDED = "suspended"
    ENDED = "ended"


class Token(NamedTuple):
    """One thread of an instance, standing at a node. Every arrival makes a token with a new id.

    A NamedTuple, as it is made in the hot path at a quarter of a frozen dataclass's cost.
    """

    id: int
    node: NodeId
    edge: str  # by which it came
    stage: Stage = Stage.WAITING
    state: Value = None  # the node type's own; plain JSON, as {"triage.3": ""}
    timers: tuple[str, ...] = ()  # names of its timers that have not fired
    reason: str = ""  # why it is stuck


class Message(NamedTuple):
    """A message that came before anybody waited for it, kept until somebody does."""

    name: str
    id: str


class Instance(NamedTuple):
    """One flow at work on one record. A value: `advance` returns another one.

    A NamedTuple for the same reason as Token.
    """

    id: InstanceId
    flow: FlowId
    version: int
    form: FormId
    record: RecordId
    status: Status = Status.RUNNING
    tokens: tuple[Token, ...] = ()
    next_token: int = 1
    initiator: UserId | None = None
    last_actor: UserId | None = None
    held: tuple[str, ...] = ()  # timers that came due while suspended
    entered: int = 0  # nodes entered since a signal from outside, while it goes on by itself
    kept: tuple[Message, ...] = ()
    heard: tuple[str, ...] = ()  # ids of the latest messages, so that none counts twice
    outcome: str = ""  # what the latest end reached says of the whole
    memory: Memory = NO_MEMORY  # of the people who moved it

    @staticmethod
    def new(
        *,
        id: InstanceId,  # noqa: A002
        flow: FlowId,
        version: int,
        form: FormId,
        record: RecordId,
        initiator: UserId | None = None,
    ) -> Instance:
        """An instance that waits for `Started`."""
        return Instance(id, flow, version, form, record, initiator=initiator)

    def to_json(self) -> str:
        """JSON text with short keys and nothing that is empty."""
        data: dict[str, Any] = {
            "f": FORMAT,
            "id": self.id,
            "flow": self.flow,
            "v": self.version,
            "form": self.form,
            "rec": self.record,
            "s": self.status.value,
            "n": self.next_token,
        }
        if self.tokens:
            data["t"] = [_token_json(token) for token in self.tokens]
        data |= {key: getattr(self, name) for key, name in _OPTIONAL if getattr(self, name)}
        if self.memory != NO_MEMORY:
            data["mem"] = memory_to_json(self.memory)
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Instance:
        """The instance that `to_json` wrote, be it in an earlier format."""
        data = json.loads(text)
        if data.get("f") != FORMAT:
            data = upgraded(data)
        return Instance(
            id=data["id"],
            flow=data["flow"],
            version=data["v"],
            form=data["form"],
            record=data["rec"],
            status=Status(data["s"]),
            tokens=tuple(_token(one) for one in data.get("t", ())),
            next_token=data["n"],
            initiator=data.get("by"),
            last_actor=data.get("last"),
            held=tuple(data.get("held", ())),
            entered=data.get("e", 0),
            kept=tuple(Message(*one) for one in data.get("msg", ())),
            heard=tuple(data.get("heard", ())),
            outcome=data.get("out", ""),
            memory=memory_from_json(data.get("mem")),
        )


# keys that are left out when empty
_OPTIONAL: Final = (
    ("by", "initiator"), ("last", "last_actor"), ("held", "held"), ("e", "entered"),
    ("msg", "kept"), ("heard", "heard"), ("out", "outcome"),
)  # fmt: skip
_STAGES: Final = (Stage.WAITING, Stage.READY, Stage.STUCK)  # by their numbers in the JSON
_BARE: Final = 3  # a token's id, node and edge are always there


def _token_json(token: Token) -> list[Any]:
    row: list[Any] = [
        token.id, token.node, token.edge, _STAGES.index(token.stage), token.state,
        list(token.timers), token.reason,
    ]  # fmt: skip
    while len(row) > _BARE and not row[-1]:  # the defaults at the end need no bytes
        row.pop()
    return row


def _token(row: Sequence[Any]) -> Token:
    padded = [*row, *[0, None, (), ""][len(row) - _BARE :]]
    token_id, node, edge, stage, state, timers, reason = padded
    return Token(token_id, node, edge, _STAGES[stage], state, tuple(timers), reason)
