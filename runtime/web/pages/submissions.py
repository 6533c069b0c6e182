"""Forms to fill: a new record, a record to change, and how a form follows its answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import FieldErrors
from engines.form.model import Form
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.access.shown import FormPage
from runtime.commands import CreateRecord, UpdateRecord
from runtime.web import addresses, filling
from runtime.web.live import live_program
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import FORM, SIGNED_IN, UPLOAD, route
from runtime.web.slots import Filled
from runtime.web.uploads import field_to_upload, take
from runtime.web.visitor import actor_for, live_app, runtime, visitor

submissions = Blueprint("submissions", __name__)

MAX_BYTES = 64 * 1024 * 1024  # attachments come with the form where there is no JavaScript


@route(submissions, "/a/<app>/f/<form>/new", permission=SIGNED_IN)
def blank(app: str, form: str) -> str:
    """A blank form; answers may be given in its address, as links from other records do."""
    given = {key: value for key, value in request.args.items() if not key.startswith("_")}
    found = runtime().reading.new_form(actor_for(app), AppId(app), FormId(form), given)
    return _form_page(app, found, filling.filled({}, None))


@route(
    submissions,
    "/a/<app>/f/<form>/new",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=FORM,
    max_bytes=MAX_BYTES,
)
def create(app: str, form: str) -> str | AnyResponse:
    """Submit a new record."""
    definition = live_app(app).form(FormId(form))

    def send(answers: dict[str, object]) -> AnyResponse:
        command = CreateRecord(AppId(app), definition.id, answers)
        outcome = runtime().bus.execute(
            command, actor_for(app), idempotency_key=request.form.get("_key", "")[:100]
        )
        record = RecordId(str(outcome.record))
        return go_to(f"{addresses.record(AppId(app), definition.id, record)}?done=created")

    return _answer(app, definition, None, send)


@route(submissions, "/a/<app>/f/<form>/<record>/edit", permission=SIGNED_IN)
def edit(app: str, form: str, record: str) -> str:
    """The form of a record."""
    found = runtime().reading.edit_form(actor_for(app), AppId(app), FormId(form), RecordId(record))
    return _form_page(app, found, filling.filled({}, None))


@route(
    submissions,
    "/a/<app>/f/<form>/<record>/edit",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=FORM,
    max_bytes=MAX_BYTES,
)
def change(app: str, form: str, record: str) -> str | AnyResponse:
    """Submit changes to a record; refused when somebody changed it meanwhile."""
    definition = live_app(app).form(FormId(form))

    def send(answers: dict[str, object]) -> AnyResponse:
        revision = request.form.get("_revision", "")
        command = UpdateRecord(
            AppId(app),
            definition.id,
            RecordId(record),
            answers,
            int(revision) if revision.isdecimal() else None,
        )
        runtime().bus.execute(
            command, actor_for(app), idempotency_key=request.form.get("_key", "")[:100]
        )
        there = addresses.record(AppId(app), definition.id, RecordId(record))
        return go_to(f"{there}?done=changed")

    return _answer(app, definition, RecordId(record), send)


@route(submissions, "/a/<app>/f/<form>/lookup/<field>", permission=SIGNED_IN)
def lookup(app: str, form: str, field: str) -> Response:
    """Options of a link or user field whose titles contain `q`."""
    found = runtime().reading.lookup(
        actor_for(app), AppId(app), FormId(form), FieldId(field), request.args.get("q", "")[:200]
    )
    return jsonify([{"id": one.id, "title": one.title} for one in found])


@route(
    submissions,
    "/a/<app>/f/<form>/upload/<field>",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=UPLOAD,
    is_api=True,
    max_bytes=200 * 1024 * 1024,
)
def upload(app: str, form: str, field: str) -> Response:
    """Store one file for a field, before its form is sent."""
    found = field_to_upload(live_app(app).form(FormId(form)), FieldId(field), actor_for(app))
    given = request.files.get("file")
    if given is None or not given.filename:
        return make_response(jsonify(filling.no_file(field)), 422)
    info = take(found, given)
    return make_response(jsonify({"id": info.id, "name": info.name}), 201)


def _answer(
    app: str,
    definition: Form,
    record: RecordId | None,
    send: Callable[[dict[str, object]], AnyResponse],
) -> str | AnyResponse:
    typed: dict[str, list[str]] = {}
    try:
        typed = filling.posted(definition)
        answers = filling.answers_of(definition, typed)
        if not filling.is_update():
            return send(answers)
    except FieldErrors as error:
        answers = filling.answers_of(definition, typed)
        shown = _shown_again(app, definition, record, answers)
        return make_response(_form_page(app, shown, filling.filled(typed, error)), 422)
    shown = _shown_again(app, definition, record, answers)
    if request.headers.get("X-Part") == "fields":
        return filling.fields_html(shown, app, filling.filled(typed, None))
    return _form_page(app, shown, filling.filled(typed, None))


def _shown_again(
    app: str, definition: Form, record: RecordId | None, answers: dict[str, object]
) -> FormPage:
    return runtime().reading.preview(actor_for(app), AppId(app), definition.id, record, answers)


def _form_page(app: str, found: FormPage, filled: Filled) -> str:
    seer = visitor()
    definition = found.form
    title = definition.title.in_locale(seer.locale)
    is_new = found.record is None
    back = (
        addresses.list_of(AppId(app), definition.id)
        if found.record is None
        else addresses.record(AppId(app), definition.id, found.record)
    )
    plural = definition.title_plural.in_locale(seer.locale) or title
    last = seer.words.say("form.new", form=title) if is_new else found.title
    return page(
        "form.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(plural, addresses.list_of(AppId(app), definition.id)),
        Crumb(last),
        app=app,
        heading=last,
        is_new=is_new,
        form=definition,
        fields=filling.fields_html(found, app, filled),
        problems=filling.problem_lines(found, app, filled),
        program=live_program(
            found, live_app(app), actor_for(app), seer.locale, runtime().clock.now()
        ),
        revision=found.revision,
        key=runtime().ids.token(),
        back=back,
        submit=seer.words.say("form.submit" if is_new else "form.save", form=title),
        draft=filling.draft_name(app, found),
        sensitive=filling.sensitive(definition),
        lookup=f"/a/{app}/f/{definition.id}/lookup/",
        upload=f"/a/{app}/f/{definition.id}/upload/",
    )
