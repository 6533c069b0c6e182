"""Pieces that every part of the OpenAPI document is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from runtime.web.api.shapes import Json

REF: Final = "#/components/schemas/"
_ERRORS: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 100},
    "description": "A repeat with the same key gets the first answer.",
}
REFUSED: Final[Json] = {
    "description": "Refused: " + ", ".join(map(str, _ERRORS)),
    "content": {"application/json": {"schema": {"$ref": REF + "Error"}}},
}


def operation(  # noqa: PLR0913, PLR0917 - what an operation consists of
    operation_id: str,
    summary: str,
    status: int,
    answers: Mapping[str, Any] | None,
    parameters: Iterable[Json] = (),
    takes: Json | None = None,
    required: Iterable[str] = (),
) -> Json:
    """One operation of an address; `takes` are the keys of its body."""
    content = {"application/json": {"schema": answers}} if answers else None
    responses: Json = {
        str(status): {"description": "Done", **({"content": content} if content else {})}
    }
    responses["default"] = REFUSED
    described: Json = {"operationId": operation_id, "summary": summary, "responses": responses}
    if parameters:
        described["parameters"] = list(parameters)
    if takes is not None:
        schema: Json = {"type": "object", "properties": takes, "additionalProperties": False}
        if required:
            schema["required"] = list(required)
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return described


def path_parameter(name: str) -> Json:
    """A part of an address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
