"""For administrators: values that a version could not take over when a field changed its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from engines.errors import NotFound
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.kind_change import told_of
from runtime.web import addresses
from runtime.web.rendering import Crumb, page
from runtime.web.routes import ADMIN, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

conversions = Blueprint("conversions", __name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """One value that is empty since."""

    form: str
    field: str
    record: str  # empty where it is gone
    href: str


@route(conversions, "/admin/apps/<app>/versions/<int:number>", permission=ADMIN)
def show(app: str, number: int) -> str:
    """Which records lost the value of which field."""
    with runtime().store.read() as reader:
        told = told_of(reader, AppId(app), number)
    if told is None:
        raise NotFound(f"a conversion of version {number}")
    words = visitor().words
    name = live_app(app).definition.title.in_locale(visitor().locale)
    title = words.say("admin.conversion", number=number)
    return page(
        "conversion.html",
        Crumb(words.say("admin.apps"), "/admin/apps"),
        Crumb(name),
        Crumb(title),
        here="/admin/apps",
        heading=f"{name}: {title}",
        told=told,
        lost=list(_lost(app, told)),
    )


def _lost(app: str, told: Mapping[str, Any]) -> Iterable[Lost]:
    places = [
        (FormId(form), RecordId(record), FieldId(field)) for form, record, field in told["failed"]
    ]
    pairs = [(form, record) for form, record, _ in places]
    titles = runtime().reading.record_titles(actor_for(app), AppId(app), pairs)
    definition, locale = live_app(app).definition, visitor().locale
    for form, record, field in places:
        found = definition.forms.get(form)
        control = found.fields.get(field) if found is not None else None
        yield Lost(
            form=found.title.in_locale(locale) if found is not None else form,
            field=control.title.in_locale(locale) if control is not None else field,
            record=titles.get(record, ""),
            href=addresses.record(AppId(app), form, record),
        )
