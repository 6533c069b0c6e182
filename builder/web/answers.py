"""What the designer's interface answers, as JSON. Decides nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from flask import Request, Response

from builder.diff import Change, compare
from builder.draft_state import Draft
from builder.problem_words import translated
from engines.diagnostics import Diagnostic, format_path
from engines.errors import DefinitionError
from engines.source import Data, read_source
from engines.values import UserId
from runtime.access.gate import is_unrestricted
from runtime.commands import Actor
from runtime.ports import Reader, VersionRow

_SUGGESTION = re.compile(r"Did you mean '([^']+)'\?")
_QUOTED = re.compile(r"'([^']+)'")


def send(data: Any) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(data, default=_plain), content_type="application/json")


def send_cached(data: Any, request: Request) -> Response:
    """A JSON answer the browser keeps until it changes."""
    body = orjson.dumps(data, default=_plain)
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return response


def draft_answer(draft: Draft, actor: Actor, reader: Reader) -> dict[str, Any]:
    """The draft with its data as a tree; `data` is null while the text cannot be read."""
    try:
        data = data_of(draft.text, f"{draft.app}.yaml")
    except DefinitionError:
        data = None
    return {
        "app": draft.app,
        "text": draft.text,
        "data": data,
        "revision": draft.revision,
        "base_version": draft.base_version,
        "live_version": draft.live_version,
        "is_changed": draft.is_changed,
        "undo": draft.undo,
        "redo": draft.redo,
        "updated_at": draft.updated_at.isoformat() if draft.updated_at else None,
        "updated_by": names_of([draft.updated_by], reader).get(draft.updated_by or "", ""),
        "can_publish": is_unrestricted(actor) or "publish" in actor.can,
    }


@lru_cache(maxsize=8)
def data_of(text: str, name: str) -> Data:
    """A definition's data as written, every scalar a text. Raises DefinitionError."""
    return read_source(text, name).data


@lru_cache(maxsize=8)
def changed_paths(live: str, text: str, name: str) -> Sequence[Sequence[str | int]]:
    """Where a draft differs from the live text; nowhere while it cannot be read."""
    try:
        before, after = data_of(live, name), data_of(text, name)
    except DefinitionError:
        return ()
    return [list(change.path) for change in compare(before, after)]


def version_lines(versions: Iterable[VersionRow], reader: Reader) -> list[dict[str, Any]]:
    """Versions as the list shows them."""
    rows = list(versions)
    names = names_of([row.published_by for row in rows], reader)
    return [
        {
            "number": row.number,
            "published_at": row.published_at.isoformat(),
            "published_by": names.get(row.published_by or "", ""),
            "note": row.note,
            "is_live": row.is_live,
        }
        for row in rows
    ]


def change_line(change: Change, records: int | None = None) -> dict[str, Any]:
    """One difference; `records` is how many it is about, where that counts."""
    return {
        "path": list(change.path),
        "place": format_path(change.path),
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "risk": change.risk,
        "reason": change.reason,
        "records": records,
    }


def names_of(ids: Iterable[str | None], reader: Reader) -> dict[str, str]:
    """People's names by id."""
    rows = (reader.directory.user(UserId(one)) for one in sorted({one for one in ids if one}))
    return {row.id: row.name for row in rows if row is not None}


def problem_line(found: Diagnostic, locale: str) -> Mapping[str, Any]:
    """One problem as the designer shows it, with the fix that its suggestion allows."""
    return {
        "code": found.code,
        "path": list(found.path),
        "place": format_path(found.path),
        "line": found.line,
        "column": found.column,
        "message": translated(found.message, locale),
        "hint": translated(found.hint, locale),
        "severity": found.severity,
        "fix": _fix(found),
    }


def _fix(found: Diagnostic) -> Mapping[str, str] | None:
    """`Did you mean 'rating'?` as what to put in place of what."""
    right, wrong = _SUGGESTION.match(found.hint), _QUOTED.search(found.message)
    return {"wrong": wrong.group(1), "right": right.group(1)} if right and wrong else None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    raise TypeError(type(value).__name__)
