"""The records a person opened last in this browser: their addresses in a cookie, nothing else.

What they are called is asked of the gate whenever they are shown, so a right that was taken away
takes the line away too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from engines.errors import NotAllowed, NotFound
from engines.values import AppId, FormId, RecordId
from runtime.web import addresses
from runtime.web.guard import is_secure
from runtime.web.visitor import actor_for, live_app, runtime, user_id, visitor

_COOKIE = "dougong_recent"
_MOST = 6
_DAYS_S = 90 * 24 * 3600
# whose: app/form/record app/form/record
_ONE = re.compile(r"[a-z][a-z0-9_]{0,59}/[a-z][a-z0-9_]{0,59}/[0-9a-f-]{1,36}")


@dataclass(frozen=True, slots=True)
class Recent:
    """A record that was opened lately."""

    title: str
    form: str
    href: str


def remember(response: Response, app: str, form: FormId, record: RecordId) -> Response:
    """Put a record at the head of those opened last."""
    here = f"{app}/{form}/{record}"
    rest = [one for one in _opened() if one != here]
    value = " ".join([user_id()[-12:], here, *rest][: _MOST + 1])
    response.set_cookie(
        _COOKIE, value, max_age=_DAYS_S, secure=is_secure(), httponly=True, samesite="Lax"
    )
    return response


def recent_records() -> list[Recent]:
    """The records opened last that are still there and still the visitor's to read."""
    return list(_found())


def _found() -> Iterable[Recent]:
    for one in _opened():
        app, form, record = one.split("/")
        place = (AppId(app), FormId(form), RecordId(record))
        try:
            shown = runtime().reading.record(actor_for(app), *place)
            title = live_app(app).form(place[1]).title.in_locale(visitor().locale)
        except (NotFound, NotAllowed):
            continue
        yield Recent(shown.title, title, addresses.record(*place))


def _opened() -> list[str]:
    """What the cookie says, if it is this person's: two may share a browser."""
    whose, *rest = request.cookies.get(_COOKIE, "").split(" ")
    if whose != user_id()[-12:]:
        return []
    return [one for one in rest[:_MOST] if _ONE.fullmatch(one)]
