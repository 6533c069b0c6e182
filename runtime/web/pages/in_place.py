"""One field of a record, edited where it stands; without JavaScript the link opens its form."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict, FieldErrors
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.commands import UpdateRecord
from runtime.web import addresses, filling
from runtime.web.narrowed import can_ask, field_to_edit, field_to_read, narrowed
from runtime.web.redirects import go_to
from runtime.web.routes import FORM, SIGNED_IN, route
from runtime.web.slots import Filled
from runtime.web.visitor import actor_for, live_app, runtime, visitor

in_place = Blueprint("in_place", __name__)

_RULE = "/a/<app>/f/<form>/<record>/field/<field>"
_MAX_BYTES = 64 * 1024 * 1024


@route(in_place, _RULE, permission=SIGNED_IN)
def ask(app: str, form: str, record: str, field: str) -> str | AnyResponse:
    """The control of the field; with `read` the field as it is read, for whoever gives it up."""
    place = (AppId(app), FormId(form), RecordId(record))
    if request.headers.get("HX-Request") != "true":
        return go_to(f"{addresses.record(*place)}/edit#f-{field}")
    if "read" in request.args:
        return _read(app, form, record, field)
    return _asked(app, form, record, FieldId(field), filling.filled({}, None))


@route(in_place, _RULE, permission=SIGNED_IN, methods=["POST"], takes=FORM, max_bytes=_MAX_BYTES)
def answer(app: str, form: str, record: str, field: str) -> str | AnyResponse:
    """Store the one answer; the page is shown anew, as rules may have changed more than it."""
    definition = narrowed(live_app(app).form(FormId(form)), FieldId(field))
    revision = request.form.get("_revision", "")
    typed: dict[str, list[str]] = {}
    try:
        typed = filling.posted(definition)
        command = UpdateRecord(
            AppId(app),
            definition.id,
            RecordId(record),
            filling.answers_of(definition, typed),
            int(revision) if revision.isdecimal() else None,
        )
        runtime().bus.execute(command, actor_for(app))
    except FieldErrors as error:
        shown = filling.filled(typed, error)
        return make_response(_asked(app, form, record, FieldId(field), shown), 422)
    except Conflict:
        said = {field: visitor().words.say("error.409.what")}
        shown = Filled(typed, said)
        return make_response(_asked(app, form, record, FieldId(field), shown), 422)
    there = f"{addresses.record(AppId(app), definition.id, RecordId(record))}?done=changed"
    if request.headers.get("HX-Request") != "true":
        return go_to(there)
    return AnyResponse(status=200, headers={"HX-Redirect": there})


def _asked(app: str, form: str, record: str, field: FieldId, shown: Filled) -> str:
    place = (AppId(app), FormId(form), RecordId(record))
    page = runtime().reading.edit_form(actor_for(app), *place)
    if not can_ask(page, field):
        return _read(app, form, record, field)
    # What is wrong with other fields is said here too: nobody sees those now.
    others = [text for name, text in shown.problems.items() if name != field]
    return render_template(
        "in_place.html",
        action=f"{addresses.record(*place)}/field/{field}",
        back=addresses.record(*place),
        control=field_to_edit(page, app, field, shown),
        problems=others,
        revision=page.revision,
        lookup=f"/a/{app}/f/{form}/lookup/",
        upload=f"/a/{app}/f/{form}/upload/",
    )


def _read(app: str, form: str, record: str, field: str) -> str:
    place = (AppId(app), FormId(form), RecordId(record))
    shown = runtime().reading.record(actor_for(app), *place)
    return field_to_read(live_app(app).form(FormId(form)), shown, app, FieldId(field))
