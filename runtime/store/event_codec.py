"""Events as JSON text and back; values of encrypted fields are sealed on the way in.

What a rule or flow *saw* of an encrypted field is not kept at all: the trace says that it looked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

import orjson

from engines.errors import BugError
from engines.messages import Event, Trace, TraceStep
from engines.plain import plain
from engines.values import Value, Values
from runtime.store.plain import dumps_tagging, lightly_tagged, tagged, untagged

HIDDEN = "•••"  # stands in a trace for a value that is kept encrypted

SEALED = "$e"
_KINDS: Mapping[str, type[Any]] = MappingProxyType({one.__name__: one for one in get_args(Event)})
_BARE = frozenset({str, NoneType, bool})  # types that JSON says as they are
_AS_THEY_ARE = (*_BARE, int, ...)  # and those of fields beside values, of no vast number; tuples
_VALUES = frozenset({"values", "old"})  # the fields of events that hold values of a form

Seal = Callable[[str, Value], str]  # (field, value) -> sealed
Open = Callable[[str, str], Value]  # (field, sealed) -> value


@plain
class Encryption:
    """Which fields of an app are encrypted, and how one value of the event's record is sealed."""

    encrypted: frozenset[str]  # of the event's own form
    hidden: frozenset[str]  # of any form of the app: what traces must not keep
    seal: Seal


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one kind of event is written, worked out once."""

    names: tuple[str, ...]
    read: Callable[[Event], tuple[Any, ...]]  # all of its fields
    defaults: tuple[tuple[str, Any], ...]  # what may be left out
    writes: tuple[tuple[str, Callable[[Any, Encryption], Any]], ...]  # of what JSON cannot say


def event_to_json(event: Event, encryption: Encryption) -> str:
    """The event's fields, those with their default left out."""
    shape = _SHAPES[type(event)]
    data = dict(zip(shape.names, shape.read(event)))  # noqa: B905  of the same length, hot
    for name, default in shape.defaults:
        if data[name] == default:
            del data[name]
    for name, write in shape.writes:
        if name in data:
            data[name] = write(data[name], encryption)
    return dumps_tagging(data)


def event_from_json(kind: str, text: str, open_: Open) -> Event:
    """The event of `event_to_json`; a sealed value whose key is gone is None."""
    event_type = _KINDS.get(kind)
    if event_type is None:
        raise BugError(f"the log has an event of unknown kind {kind}")
    data = orjson.loads(text)
    event: Event = event_type(**{name: _read(name, one, open_) for name, one in data.items()})
    return event


def _values_data(values: Values, encryption: Encryption) -> dict[str, Any]:
    if not encryption.encrypted:
        return lightly_tagged(values)
    return {
        field: {SEALED: encryption.seal(field, value)}
        if value is not None and field in encryption.encrypted
        else tagged(value)
        for field, value in values.items()
    }


def _trace_data(trace: Trace, encryption: Encryption) -> dict[str, Any]:
    steps = [
        (step.what, step.subject, step.result, step.seen)
        if not step.seen and type(step.result) in _BARE
        else _step_data(step, encryption.hidden)
        for step in trace.steps
    ]
    return {"source": trace.source, "version": trace.version, "steps": steps}


def _step_data(step: TraceStep, hidden: frozenset[str]) -> tuple[Any, ...]:
    seen = [
        (path, HIDDEN if path.rpartition(".")[2] in hidden else tagged(value))
        for path, value in step.seen
    ]
    return step.what, step.subject, tagged(step.result), seen


def _plain_data(value: Any, _: Encryption) -> Any:
    return tagged(value)


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


def _shape(kind: type[Any]) -> _Shape:
    hints = get_type_hints(kind)
    names = tuple(one.name for one in fields(kind))
    writers = {name: _writer(name, hints[name]) for name in names}
    return _Shape(
        names,
        attrgetter(*names),
        tuple((one.name, one.default) for one in fields(kind) if one.default is not MISSING),
        tuple((name, write) for name, write in writers.items() if write is not None),
    )


def _writer(name: str, hint: Any) -> Callable[[Any, Encryption], Any] | None:
    """How a field of this type is written; None: as it is."""
    if hint is Trace:
        return _trace_data
    if name in _VALUES:
        return _values_data
    parts = get_args(hint) or (hint,)
    are_bare = all(getattr(one, "__supertype__", one) in _AS_THEY_ARE for one in parts)
    return None if are_bare else _plain_data


_SHAPES: Mapping[type[Any], _Shape] = MappingProxyType(
    {kind: _shape(kind) for kind in _KINDS.values()}
)
