"""A form of the draft as people will meet it: the page's own renderer on the draft's definition.

Stores nothing and looks nothing up: the form is blank, links offer nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from builder.drafts import Drafts
from engines.app import AppDefinition, parse_app
from engines.errors import NotFound
from engines.form.display import Display
from engines.form.model import Form
from engines.form.reading import Reading
from engines.form.submit import SubmitContext, draft
from engines.form.visible import states
from engines.values import AppId, FormId
from runtime.access.shown import FormPage
from runtime.commands import Actor
from runtime.facts import SYSTEM_FIELDS
from runtime.web.assets import entry
from runtime.web.catalogue import catalogue, direction
from runtime.web.needs import Runtime
from runtime.web.routes import can, route
from runtime.web.slots import Filled, sections_to_edit, slots_to_edit
from runtime.web.specialise import specialised
from runtime.web.visitor import actor_for, visitor

_PAGES = "runtime/ui/main.ts"
# Shown in a frame of the designer that runs no script; it keeps its origin to load our styles.
_POLICY = "sandbox allow-same-origin; default-src 'none'; style-src 'self'; img-src 'self' data:"


def add_preview(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    """Register the preview's address."""

    @route(blueprint, "/design/api/<app>/preview/<form>", permission=can("design"))
    def preview(app: str, form: str) -> Response:
        actor = actor_for(app)
        text = drafts.view(actor, AppId(app)).text
        definition = _compiled(text, f"{app}.yaml")
        if FormId(form) not in definition.forms:
            raise NotFound(f"form {form}")
        shown = definition.forms[FormId(form)]
        locale = request.args.get("locale", visitor().locale)
        blank = _blank_page(definition, shown, actor, runtime.clock.now(), locale)
        response = Response(_page(blank, AppId(app), locale), mimetype="text/html")
        response.headers["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors 'self'"
        return response


@lru_cache(maxsize=4)
def _compiled(text: str, name: str) -> AppDefinition:
    return parse_app(text, name)


def _blank_page(
    definition: AppDefinition, form: Form, actor: Actor, now: datetime, locale: str
) -> FormPage:
    everything = frozenset(form.fields)
    zone = ZoneInfo(definition.time_zone)
    # Nothing is linked yet: whatever stands behind a link is empty.
    behind_links = definition.linked_keys.get(form.id, ())
    empty: Mapping[str, Any] = dict.fromkeys([*form.fields, *SYSTEM_FIELDS, *behind_links])
    facts = {
        "record": empty,
        "old": None,
        "user": actor.facts,
        "now": now,
        "today": now.astimezone(zone).date(),
    }
    begun = draft(
        form,
        {},
        current=None,
        facts=facts,
        editable=everything,
        context=SubmitContext(Reading(zone, locale)),
    )
    seen = {**facts, "record": {**empty, **begun.values}}
    return FormPage(
        form=form,
        version=0,
        values={name: begun.values.get(name) for name in form.fields},
        names={},
        states=states(form, seen, editable=everything),
        editable=everything,
        hidden=frozenset(),
    )


def _page(blank: FormPage, app: AppId, locale: str) -> str:
    display = Display(locale, ZoneInfo(visitor().time_zone))
    slots = slots_to_edit(blank, app, display, lambda _: (), Filled())
    sections = sections_to_edit(blank, slots)
    fields = specialised(blank.form, locale).render(slots=slots, sections=sections)
    title = blank.form.title.in_locale(locale)
    return render_template(
        "designer/preview.html",
        locale=locale,
        direction=direction(locale),
        theme=visitor().theme,
        title=title,
        fields=Markup(fields),  # noqa: S704  the specialised template escapes
        submit=catalogue(locale).say("form.submit", form=title),
        styles=entry(_PAGES).styles,
    )
