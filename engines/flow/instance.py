"""The state of one running flow, and its small JSON form. What it means is in `advance.py`.

Earlier forms of the JSON are brought up to date in `stateformat.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import starmap
from typing import Any, Final

import orjson

from engines.flow.memory import NO_MEMORY, Memory, memory_from_json, memory_to_json
from engines.flow.stateformat import FORMAT, upgraded
from engines.plain import cells, plain
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


@plain
class Token:
    """One thread of an instance, standing at a node. Every arrival makes a token with a new id."""

    id: int
    node: NodeId
    edge: str  # by which it came
    stage: Stage = Stage.WAITING
    state: Value = None  # the node type's own; plain JSON, as {"triage.3": ""}
    timers: tuple[str, ...] = ()  # names of its timers that have not fired
    reason: str = ""  # why it is stuck


@plain
class Message:
    """A message that came before anybody waited for it, kept until somebody does."""

    name: str
    id: str


@plain
class Instance:
    """One flow at work on one record. A value: `advance` returns another one."""

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
            "s": WORDS[self.status],
            "n": self.next_token,
        }
        if self.tokens:
            data["t"] = list(map(_token_json, self.tokens))
        if self.initiator:
            data["by"] = self.initiator
        if self.last_actor:
            data["last"] = self.last_actor
        if self.held:
            data["held"] = self.held
        if self.entered:
            data["e"] = self.entered
        if self.kept:
            data["msg"] = [[one.name, one.id] for one in self.kept]
        if self.heard:
            data["heard"] = self.heard
        if self.outcome:
            data["out"] = self.outcome
        if self.memory != NO_MEMORY:
            data["mem"] = memory_to_json(self.memory)
        return orjson.dumps(data).decode()

    @staticmethod
    def from_json(text: str) -> Instance:
        """The instance that `to_json` wrote, be it in an earlier format."""
        data = orjson.loads(text)
        if data.get("f") != FORMAT:
            data = upgraded(data)
        optional = data.get
        return Instance(
            data["id"],
            data["flow"],
            data["v"],
            data["form"],
            data["rec"],
            _STATUS[data["s"]],
            tuple(map(_token, optional("t", ()))),
            data["n"],
            optional("by"),
            optional("last"),
            tuple(optional("held", ())),
            optional("e", 0),
            tuple(starmap(Message, optional("msg", ()))),
            tuple(optional("heard", ())),
            optional("out", ""),
            memory_from_json(optional("mem")),
        )


WORDS: Final = {one: one.value for one in Status}  # ten times as quick as `.value`
_STATUS: Final = {one.value: one for one in Status}
_STAGES: Final = (Stage.WAITING, Stage.READY, Stage.STUCK)  # by their numbers in the JSON
_NUMBERS: Final = {stage: number for number, stage in enumerate(_STAGES)}
_STAGE: Final = 3  # where it stands in a token's row
_BARE: Final = 3  # a token's id, node and edge are always there
_REST: Final[tuple[tuple[Any, ...], ...]] = (  # by how much was written
    (0, None, (), ""), (None, (), ""), ((), ""), ("",), (),
)  # fmt: skip


def _token_json(token: Token) -> list[Any]:
    row: list[Any] = list(cells(token))
    row[_STAGE] = _NUMBERS[token.stage]
    while len(row) > _BARE and not row[-1]:  # the defaults at the end need no bytes
        row.pop()
    return row


def _token(row: Sequence[Any]) -> Token:
    number, node, edge, stage, state, timers, reason = (*row, *_REST[len(row) - _BARE])
    return Token(number, node, edge, _STAGES[stage], state, tuple(timers), reason)
