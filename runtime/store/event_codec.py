"""Events as JSON text and back; values of encrypted fields are sealed on the way in.

What a rule or flow *saw* of an encrypted field is not kept at all: the trace says that it looked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any, get_args

import orjson

from engines.errors import BugError
from engines.messages import Event, Trace, TraceStep
from engines.values import Value, Values
from runtime.store.plain import dumps_tagging, lightly_tagged, tagged, untagged

HIDDEN = "•••"  # stands in a trace for a value that is kept encrypted

SEALED = "$e"
_KINDS: Mapping[str, type[Any]] = MappingProxyType({one.__name__: one for one in get_args(Event)})
_FIELDS: Mapping[type[Any], tuple[tuple[str, Any, Callable[[Any], Any]], ...]] = MappingProxyType(
    {
        kind: tuple((one.name, one.default, attrgetter(one.name)) for one in fields(kind))
        for kind in _KINDS.values()
    }
)
_BARE = frozenset({str, type(None), bool})  # types that JSON says as they are
_VALUES = frozenset({"values", "old"})  # the fields of events that hold values of a form

Seal = Callable[[str, Value], str]  # (field, value) -> sealed
Open = Callable[[str, str], Value]  # (field, sealed) -> value


@dataclass(frozen=True, slots=True)
class Encryption:
    """Which fields of an app are encrypted, and how one value of the event's record is sealed."""

    encrypted: frozenset[str]  # of the event's own form
    hidden: frozenset[str]  # of any form of the app: what traces must not keep
    seal: Seal


def event_to_json(event: Event, encryption: Encryption) -> str:
    """The event's fields, those with their default left out."""
    data: dict[str, Any] = {}
    for name, default, read in _FIELDS[type(event)]:
        value = read(event)
        if value is default or value == default:
            continue
        data[name] = value if type(value) in _BARE else _written(name, value, encryption)
    return dumps_tagging(data)


def event_from_json(kind: str, text: str, open_: Open) -> Event:
    """The event of `event_to_json`; a sealed value whose key is gone is None."""
    event_type = _KINDS.get(kind)
    if event_type is None:
        raise BugError(f"the log has an event of unknown kind {kind}")
    data = orjson.loads(text)
    event: Event = event_type(**{name: _read(name, one, open_) for name, one in data.items()})
    return event


def _written(name: str, value: Any, encryption: Encryption) -> Any:
    if isinstance(value, Trace):
        return _trace_data(value, encryption.hidden)
    if name in _VALUES:
        return _values_data(value, encryption)
    return tagged(value)


def _values_data(values: Values, encryption: Encryption) -> dict[str, Any]:
    if not encryption.encrypted:
        return lightly_tagged(values)
    return {
        field: {SEALED: encryption.seal(field, value)}
        if value is not None and field in encryption.encrypted
        else tagged(value)
        for field, value in values.items()
    }


def _trace_data(trace: Trace, hidden: frozenset[str]) -> dict[str, Any]:
    return {
        "source": trace.source,
        "version": trace.version,
        "steps": [
            [
                step.what,
                step.subject,
                step.result if type(step.result) in _BARE else tagged(step.result),
                [
                    [path, HIDDEN if path.rpartition(".")[2] in hidden else tagged(value)]
                    for path, value in step.seen
                ]
                if step.seen
                else step.seen,
            ]
            for step in trace.steps
        ],
    }


def _read(name: str, data: Any, open_: Open) -> Any:
    if name == "trace":
        return _trace(data)
    if name in _VALUES:
        return {field: _value(field, one, open_) for field, one in data.items()}
    found = untagged(data)
    return tuple(found) if isinstance(found, list) else found


def _value(field: str, data: Any, open_: Open) -> Value:
    if isinstance(data, dict) and SEALED in data:
        return open_(field, data[SEALED])
    return untagged(data)


def _trace(data: dict[str, Any]) -> Trace:
    steps = tuple(
        TraceStep(what, subject, untagged(result), tuple((p, untagged(v)) for p, v in seen))
        for what, subject, result, seen in data["steps"]
    )
    return Trace(data["source"], data["version"], steps)
