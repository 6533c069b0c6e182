"""Acts on several records of a list: change one field of all, delete; each through the gate alone.

One row that is refused does not hold up the others: the last page says of each how it went.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict, FieldErrors, NotAllowed, NotFound
from engines.form.model import Form
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.access.shown import FormPage, VisibleRecord
from runtime.commands import Command, DeleteRecord, UpdateRecord
from runtime.web import addresses, filling
from runtime.web.errors import refusal_text
from runtime.web.narrowed import can_ask, field_to_edit, narrowed
from runtime.web.problems import problem_text
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import FORM, SIGNED_IN, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

bulk = Blueprint("bulk", __name__)

_MOST_ROWS = 100
_ONE_BY_ONE = frozenset({"file", "reverse_list"})


@dataclass(frozen=True, slots=True)
class Went:
    """How it went with one record; `why` is empty when it was done."""

    title: str
    href: str
    why: str


@route(bulk, "/a/<app>/f/<form>/bulk", permission=SIGNED_IN, methods=["POST"], takes=FORM)
def act(app: str, form: str) -> str | AnyResponse:
    """One step of an act on chosen records: ask what, ask how, do it."""
    definition = live_app(app).form(FormId(form))
    rows = list(_rows(app, definition))
    if not rows:
        return go_to(addresses.list_of(AppId(app), definition.id))
    asked = request.form.get("_act", "")
    if asked == "delete":
        return _page(app, definition, rows, step="delete")
    if asked == "delete_now":
        return _done(app, definition, rows, _deleting(app, definition, rows))
    if asked == "apply":
        return _applied(app, definition, rows)
    return _question(app, definition, rows, {}, None)


def _rows(app: str, form: Form) -> Iterable[VisibleRecord]:
    """The chosen records that the visitor may read."""
    for record in dict.fromkeys(request.form.getlist("_ids")[:_MOST_ROWS]):
        try:
            yield runtime().reading.record(
                actor_for(app), AppId(app), form.id, RecordId(record[:60])
            )
        except NotFound:
            continue


def _question(
    app: str,
    form: Form,
    rows: list[VisibleRecord],
    typed: dict[str, list[str]],
    error: FieldErrors | None,
) -> str:
    """Which field; once that is known, its control."""
    shown = _form_of(app, form, rows)
    field = FieldId(request.form.get("_field", ""))
    if not can_ask(shown, field):
        return _page(app, form, rows, step="field", fields=_offered(shown))
    control = field_to_edit(shown, app, field, filling.filled(typed, error))
    return _page(app, form, rows, step="value", control=control, field=field)


def _form_of(app: str, form: Form, rows: list[VisibleRecord]) -> FormPage:
    """A blank form with the rights that the visitor has on the first record they may change."""
    first = next((one for one in rows if one.can_update), None)
    if first is None:
        raise NotAllowed("You may not change any of these records.")
    found = runtime().reading.edit_form(actor_for(app), AppId(app), form.id, first.id)
    # What stands in the first record is no answer for the others.
    return FormPage(
        form=found.form,
        version=found.version,
        values={},
        names={},
        states=found.states,
        editable=found.editable,
        hidden=found.hidden,
    )


def _offered(shown: FormPage) -> list[tuple[str, str]]:
    locale = visitor().locale
    return [
        (one.id, one.title.in_locale(locale))
        for one in shown.form.fields.values()
        if one.type.widget not in _ONE_BY_ONE and can_ask(shown, one.id)
    ]


def _applied(app: str, form: Form, rows: list[VisibleRecord]) -> str | AnyResponse:
    alone = narrowed(form, FieldId(request.form.get("_field", "")))
    typed: dict[str, list[str]] = {}
    try:
        typed = filling.posted(alone)
        answers = filling.answers_of(alone, typed)
    except FieldErrors as error:
        return make_response(_question(app, form, rows, typed, error), 422)
    commands = [UpdateRecord(AppId(app), form.id, one.id, answers) for one in rows]
    return _done(app, form, rows, commands)


def _deleting(app: str, form: Form, rows: list[VisibleRecord]) -> list[Command]:
    return [DeleteRecord(AppId(app), form.id, one.id) for one in rows]


def _done(
    app: str, form: Form, rows: list[VisibleRecord], commands: Iterable[Command]
) -> AnyResponse:
    """Do it, one command a record, and say of each how it went."""
    key = request.form.get("_key", "")[:60]
    went = [
        Went(
            title=one.title,
            href=addresses.record(AppId(app), form.id, one.id),
            why=_tried(app, form, command, f"{key}:{one.id}" if key else ""),
        )
        for one, command in zip(rows, commands, strict=True)
    ]
    is_all_done = all(not one.why for one in went)
    return make_response(
        _page(app, form, rows, step="done", went=went), 200 if is_all_done else 422
    )


def _tried(app: str, form: Form, command: Command, key: str) -> str:
    """'' when it was done, else why not."""
    try:
        runtime().bus.execute(command, actor_for(app), idempotency_key=key)
    except FieldErrors as error:
        return " ".join(_problems(form, error))
    except (NotAllowed, NotFound, Conflict) as error:
        return refusal_text(error)
    return ""


def _problems(form: Form, error: FieldErrors) -> Iterable[str]:
    seer = visitor()
    for one in error.problems:
        field = form.fields.get(FieldId(one.path.partition(".")[0]))
        said = problem_text(seer.words, one, seer.display)
        yield f"{field.title.in_locale(seer.locale)}: {said}" if field is not None else said


def _page(app: str, form: Form, rows: list[VisibleRecord], *, step: str, **data: Any) -> str:
    seer = visitor()
    plural = form.title_plural.in_locale(seer.locale) or form.title.in_locale(seer.locale)
    title = seer.words.say(f"bulk.{'delete' if step == 'delete' else 'change'}", count=len(rows))
    back = addresses.list_of(AppId(app), form.id)
    return page(
        "bulk.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(plural, back),
        Crumb(title),
        app=app,
        heading=title,
        rows=rows,
        step=step,
        back=back,
        key=runtime().ids.token(),
        lookup=f"/a/{app}/f/{form.id}/lookup/",
        address=f"/a/{app}/f/{form.id}/bulk",
        **data,
    )
