"""What an act of the API is: a command, and what it takes, said in JSON Schema. Names no act.

Only this much of JSON Schema is used: texts with a length, truths, whole numbers, lists of texts,
maps of texts, moments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from werkzeug.exceptions import BadRequest

from engines.errors import FieldErrors, FieldProblem
from engines.values import AppId
from runtime.commands import Command
from runtime.web.api.shapes import Json

Given: TypeAlias = Mapping[str, Any]

ID: Final[Json] = {"type": "string", "maxLength": 100}
COMMENT: Final[Json] = {"type": "string", "maxLength": 5_000}
IDS: Final[Json] = {"type": "array", "items": ID, "maxItems": 100}
MOMENT: Final[Json] = {"type": "string", "format": "date-time"}
FLAG: Final[Json] = {"type": "boolean"}
NUMBER: Final[Json] = {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
NAMES: Final[Json] = {"type": "object", "additionalProperties": ID, "maxProperties": 200}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do; `command` gets the app, the id in the address, and what was given."""

    name: str
    summary: str
    command: Callable[[AppId, str, Given], Command]
    takes: Mapping[str, Json]
    required: tuple[str, ...] = ()


def read(act: Act, data: Json) -> Given:
    """What was given to an act, typed. Raises BadRequest, FieldErrors."""
    return read_keys(act.takes, act.required, data)


def read_keys(takes: Mapping[str, Json], required: tuple[str, ...], data: Json) -> Given:
    """What was given, typed; what was left out is empty, or its schema's default.

    Raises BadRequest, FieldErrors.
    """
    missing = [key for key in required if data.get(key) in (None, "", [])]
    if missing:
        raise FieldErrors([FieldProblem(key, "required") for key in missing])
    return {key: _read(key, schema, data.get(key)) for key, schema in takes.items()}


def _read(key: str, schema: Json, value: Any) -> Any:
    kind = schema["type"]
    if value is None:
        return schema.get("default", _EMPTY[kind])
    return _READERS[kind](key, schema, value)


def _text(key: str, schema: Json, value: Any) -> Any:
    longest = schema.get("maxLength", 100)
    if not isinstance(value, str) or len(value) > longest:
        raise BadRequest(f"{key} is a text of at most {longest} signs")
    return _moment(key, value) if schema.get("format") == "date-time" else value


def _list(key: str, schema: Json, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > schema["maxItems"]:
        raise BadRequest(f"{key} is a list of at most {schema['maxItems']}")
    return tuple(_text(key, schema["items"], one) for one in value)


def _map(key: str, schema: Json, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > schema["maxProperties"]:
        raise BadRequest(f"{key} is an object of at most {schema['maxProperties']} keys")
    inner = schema["additionalProperties"]
    return {_text(key, ID, name): _text(key, inner, one) for name, one in value.items()}


def _flag(key: str, schema: Json, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(f"{key} is true or false")
    return value


def _number(key: str, schema: Json, value: Any) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not schema["minimum"] <= value <= schema["maximum"]:
        raise BadRequest(f"{key} is a whole number")
    return int(value)


def _moment(key: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{key} is a moment like 2026-03-02T08:00:00Z") from error
    if moment.tzinfo is None:
        raise BadRequest(f"{key} says no zone; write 2026-03-02T08:00:00Z")
    return moment.astimezone(UTC)


_READERS: Final[Mapping[str, Callable[[str, Json, Any], Any]]] = {
    "string": _text,
    "array": _list,
    "object": _map,
    "boolean": _flag,
    "integer": _number,
}
_EMPTY: Final[Mapping[str, Any]] = {
    "string": "",
    "array": (),
    "object": {},
    "boolean": False,
    "integer": 0,
}
