"""What the API lets people do to tasks, cases and substitutes: one table, read by OpenAPI too.

Each act is a command; what it takes is said in JSON Schema, of which only this much is used: texts
with a length, lists of texts, moments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from werkzeug.exceptions import BadRequest

from engines.errors import FieldErrors, FieldProblem
from engines.flow.person_signals import Where
from engines.values import AppId, FlowId, InstanceId, NodeId, RecordId, TaskId, UserId
from runtime import commands
from runtime.commands import Command
from runtime.web.api.shapes import Json

Given: TypeAlias = Mapping[str, Any]

_ID: Final[Json] = {"type": "string", "maxLength": 100}
_COMMENT: Final[Json] = {"type": "string", "maxLength": 5_000}
_IDS: Final[Json] = {"type": "array", "items": _ID, "maxItems": 100}
_MOMENT: Final[Json] = {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do; `command` gets the app, the id in the address, and what was given."""

    name: str
    summary: str
    command: Callable[[AppId, str, Given], Command]
    takes: Mapping[str, Json]
    required: tuple[str, ...] = ()


def read(act: Act, data: Json) -> Given:
    """What was given, typed; texts left out are empty. Raises BadRequest, FieldErrors."""
    missing = [key for key in act.required if data.get(key) in (None, "", [])]
    if missing:
        raise FieldErrors([FieldProblem(key, "required") for key in missing])
    return {key: _read(key, schema, data.get(key)) for key, schema in act.takes.items()}


def _read(key: str, schema: Json, value: Any) -> Any:
    if schema["type"] == "array":
        return tuple(_read(key, schema["items"], one) for one in _list(key, schema, value))
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > schema.get("maxLength", 100):
        raise BadRequest(f"{key} is a text of at most {schema.get('maxLength', 100)} signs")
    return _moment(key, value) if schema.get("format") == "date-time" else value


def _list(key: str, schema: Json, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > schema["maxItems"]:
        raise BadRequest(f"{key} is a list of at most {schema['maxItems']}")
    return value


def _moment(key: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{key} is a moment like 2026-03-02T08:00:00Z") from error
    if moment.tzinfo is None:
        raise BadRequest(f"{key} says no zone; write 2026-03-02T08:00:00Z")
    return moment.astimezone(UTC)


TASK_ACTS: Final = (
    Act(
        "transfer",
        "Give a task to somebody else for good",
        lambda app, id_, given: commands.TransferTask(
            app, TaskId(id_), UserId(given["to"]), given["comment"]
        ),
        {"to": _ID, "comment": _COMMENT},
        ("to",),
    ),
    Act(
        "delegate",
        "Let somebody else act first",
        lambda app, id_, given: commands.DelegateTask(
            app, TaskId(id_), UserId(given["to"]), given["comment"]
        ),
        {"to": _ID, "comment": _COMMENT},
        ("to",),
    ),
    Act(
        "add-signer",
        "Ask somebody else to sign",
        lambda app, id_, given: commands.AddSigner(
            app, TaskId(id_), UserId(given["user"]), given["where"]
        ),
        {"user": _ID, "where": {"type": "string", "enum": [one.value for one in Where]}},
        ("user", "where"),
    ),
    Act(
        "remove-signer",
        "Ask a signer no longer",
        lambda app, id_, given: commands.RemoveSigner(app, TaskId(id_), given["reason"]),
        {"reason": _COMMENT},
    ),
    Act(
        "return",
        "Send the case back: to initiator, previous or a node",
        lambda app, id_, given: commands.ReturnTask(
            app, TaskId(id_), given["to"], given["comment"]
        ),
        {"to": _ID, "comment": _COMMENT},
        ("to",),
    ),
    Act(
        "take-back",
        "Take the latest act back",
        lambda app, id_, _: commands.TakeBackTask(app, TaskId(id_)),
        {},
    ),
)

FLOW_ACTS: Final = (
    Act(
        "withdraw",
        "Take back a case that one has started",
        lambda app, id_, given: commands.WithdrawFlow(app, InstanceId(id_), given["reason"]),
        {"reason": _COMMENT},
    ),
    Act(
        "urge",
        "Remind those whose turn it is",
        lambda app, id_, _: commands.UrgeFlow(app, InstanceId(id_)),
        {},
    ),
    Act(
        "copies",
        "Send copies",
        lambda app, id_, given: commands.SendCopies(
            app, InstanceId(id_), tuple(map(UserId, given["users"])), given["note"]
        ),
        {"users": _IDS, "note": _COMMENT},
        ("users",),
    ),
    Act(
        "read-copy",
        "Note that the copy was read",
        lambda app, id_, _: commands.ReadCopy(app, InstanceId(id_)),
        {},
    ),
    Act(
        "suspend",
        "Hold the case",
        lambda app, id_, given: commands.SuspendFlow(app, InstanceId(id_), given["reason"]),
        {"reason": _COMMENT},
        ("reason",),
    ),
    Act(
        "resume",
        "Let a held case go on",
        lambda app, id_, given: commands.ResumeFlow(app, InstanceId(id_), given["reason"]),
        {"reason": _COMMENT},
        ("reason",),
    ),
    Act(
        "terminate",
        "End the case",
        lambda app, id_, given: commands.TerminateFlow(app, InstanceId(id_), given["reason"]),
        {"reason": _COMMENT},
        ("reason",),
    ),
    Act(
        "jump",
        "Move what stands at a node to another",
        lambda app, id_, given: commands.JumpFlow(
            app, InstanceId(id_), NodeId(given["node"]), NodeId(given["to"]), given["reason"]
        ),
        {"node": _ID, "to": _ID, "reason": _COMMENT},
        ("node", "to", "reason"),
    ),
    Act(
        "wake",
        "End the waiting at a node",
        lambda app, id_, given: commands.WakeFlow(
            app, InstanceId(id_), NodeId(given["node"]), given["reason"]
        ),
        {"node": _ID, "reason": _COMMENT},
        ("node", "reason"),
    ),
    Act(
        "retry",
        "Try again what has stopped",
        lambda app, id_, _: commands.RetryIncident(app, InstanceId(id_)),
        {},
    ),
)

START: Final = Act(
    "start",
    "Start a flow on a record",
    lambda app, _, given: commands.StartFlow(
        app, FlowId(given["flow"]), RecordId(given["record"])
    ),
    {"flow": _ID, "record": _ID},
    ("flow", "record"),
)
HAND_OVER: Final = Act(
    "hand-over",
    "Give all open tasks of a person to somebody else",
    lambda app, id_, given: commands.HandOverTasks(
        app, UserId(id_), UserId(given["to"]), given["reason"]
    ),
    {"to": _ID, "reason": _COMMENT},
    ("to",),
)
SET_PROXY: Final = Act(
    "substitutes",
    "Let somebody act for a person for a period",
    lambda app, id_, given: commands.SetProxy(
        app, UserId(id_), UserId(given["substitute"]), given["from"], given["until"]
    ),
    {"substitute": _ID, "from": _MOMENT, "until": _MOMENT},
    ("substitute", "from", "until"),
)
PERSON_ACTS: Final = (HAND_OVER, SET_PROXY)
