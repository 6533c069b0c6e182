"""Pages out of templates: what every template may use, and the shell around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup

from engines.form.display import date_text, datetime_text, iso_instant, manner, number_text
from runtime.web import formats
from runtime.web.accent import accent
from runtime.web.assets import entry
from runtime.web.catalogue import LANGUAGE_NAMES, direction
from runtime.web.headers import nonce
from runtime.web.icons import icon
from runtime.web.refusal_words import told, told_incident
from runtime.web.shell import shell_of
from runtime.web.visitor import actor_for, live_app, runtime, visitor

_ENTRY = "runtime/ui/main.ts"
_DUE_SOON_S = 4 * 3600
_INSTANT = timedelta(microseconds=1)
_MARK = Markup(
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 8.5h18l-2.5 3H5.5zM7 '
    '11.5h10l-2 3H9zM10.5 14.5h3V21h-3zM2 5h20v2.5H2z"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to this page; the last one has no address."""

    title: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, in words and colour, never in colour alone."""

    text: str
    exact: str
    color: str
    at: str = ""  # the instant it counts to, while it does: "2026-03-02T10:30:00Z"


def page(
    template: str,
    *crumbs: Crumb,
    app: str | None = None,
    here: str = "",
    **data: Any,
) -> str:
    """A page inside the shell; the last crumb is its title."""
    live = live_app(app) if app else None
    roles = _portal_roles(app)
    return render_template(
        template,
        shell=shell_of(app, here),
        crumbs=crumbs,
        title=crumbs[-1].title if crumbs else "",
        app=app,
        accent=accent(live.definition.theme.get("accent", "")) if live else None,
        place="portal" if roles else "",
        **data,
    )


def due(due_at: datetime | None) -> Due | None:
    """The badge of a due time."""
    if due_at is None:
        return None
    now, seer = runtime().clock.now(), visitor()
    left_s = (due_at - now).total_seconds()
    color = "danger" if left_s <= 0 else "warning" if left_s < _DUE_SOON_S else "info"
    text = formats.due_text(due_at, now, seer.words, seer.locale)
    return Due(text, datetime_text(due_at, seer.display), color, iso_instant(due_at))


def _countdown() -> dict[str, Any]:
    """What a page needs to let its due times count on: the hour here, and the words."""
    seer = visitor()
    return {
        "now": iso_instant(runtime().clock.now()),
        "left": seer.words.messages["due.left"],
        "late": seer.words.messages["due.late"],
        "units": manner(seer.locale).units[:3],
    }


def prepare(app: Flask) -> None:
    """Give the templates of the application their words and tools."""
    app.jinja_env.globals.update(
        icon=icon,
        nonce=nonce,
        languages=LANGUAGE_NAMES,
        due=due,
        countdown=_countdown,
        when=_when,
        day=_day,
        last_day=lambda instant: _day(instant - _INSTANT),
        number=_number,
        mark=lambda: _MARK,
    )

    @app.context_processor
    def of_the_visitor() -> dict[str, Any]:
        seer = visitor()
        return {
            "visitor": seer,
            "t": seer.words.say,
            "told": lambda text: told(text, seer.locale),
            "told_incident": lambda text, nodes=(): told_incident(text, seer.locale, nodes),
            "lang": seer.locale,
            "dir": direction(seer.locale),
            "assets": entry(_ENTRY),
            "accent": None,
            "place": "",
        }


def _when(instant: datetime) -> Markup:
    seer = visitor()
    return formats.when(instant, runtime().clock.now(), seer.words, seer.display)


def _day(instant: datetime) -> str:
    seer = visitor()
    return date_text(instant.astimezone(seer.display.zone).date(), seer.locale)


def _number(value: Any) -> str:
    return number_text(value, visitor().locale)


def _portal_roles(app: str | None) -> bool:
    """Whether the visitor is in this app only as somebody from outside."""
    if app is None:
        return False
    roles = actor_for(app).roles
    return bool(roles) and roles <= live_app(app).definition.portal_roles
