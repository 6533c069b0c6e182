"""A record: its fields, what waits to be done, its flows, its lists, its story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, make_response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engines.form.display import Display
from engines.form.model import Field, Form
from engines.values import AppId, FieldId, FlowId, FormId, RecordId
from runtime.access.shown import ShownTask, VisibleRecord
from runtime.commands import DeleteRecord, EraseRecord, StartFlow
from runtime.web import addresses, filling
from runtime.web.clocks import clock_lines
from runtime.web.recent import remember
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.slots import sections_to_read, slots_to_read, text_of
from runtime.web.specialise import is_list
from runtime.web.story import told
from runtime.web.visitor import actor_for, live_app, runtime, visitor

records = Blueprint("records", __name__)


@dataclass(frozen=True, slots=True)
class LinkedList:
    """Records of another form that point here."""

    id: FieldId
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # (address, cells)
    new_href: str


@route(records, "/a/<app>/f/<form>/<record>", permission=SIGNED_IN)
def show(app: str, form: str, record: str) -> AnyResponse:
    """A record as the visitor may see it."""
    definition = live_app(app).form(FormId(form))
    place = (actor_for(app), AppId(app), definition.id, RecordId(record))
    reading, seer = runtime().reading, visitor()
    shown = reading.record(*place)
    flows = reading.flows_of(*place)
    open_tasks = [task for flow in flows for task in flow.tasks if task.state == "open"]
    plural = definition.title_plural.in_locale(seer.locale) or definition.title.in_locale(
        seer.locale
    )
    html = page(
        "record.html",
        Crumb(live_app(app).definition.title.in_locale(seer.locale), f"/a/{app}/"),
        Crumb(plural, addresses.list_of(AppId(app), definition.id)),
        Crumb(shown.title),
        app=app,
        form=definition,
        record=shown,
        can_erase=definition.is_subject and shown.can_delete,
        fields=_fields(app, definition, shown),
        story=told(reading.timeline(*place), AppId(app), seer),
        flows=flows,
        clocks=clock_lines(reading.clocks(*place)),
        next_tasks=[task for task in open_tasks if task.can_act or task.can_claim],
        waiting=[task for task in open_tasks if not (task.can_act or task.can_claim)],
        startable=[
            (one.id, one.title.in_locale(seer.locale))
            for one in live_app(app).definition.flows_for(definition.id)
        ]
        if shown.can_update
        else [],
        lists=list(_lists(app, definition, shown)),
        edit_href=f"{addresses.record(AppId(app), definition.id, shown.id)}/edit"
        if shown.can_update
        else "",
        task_href=lambda task: _task_href(app, task),
        created_by=shown.names.get(str(shown.values.get(FieldId("created_by"))), ""),
    )
    return remember(make_response(html), app, definition.id, shown.id)


@route(records, "/a/<app>/f/<form>/<record>/delete", permission=SIGNED_IN, methods=["POST"])
def delete(app: str, form: str, record: str) -> AnyResponse:
    """Delete a record."""
    revision = request.form.get("_revision", "")
    command = DeleteRecord(
        AppId(app),
        FormId(form),
        RecordId(record),
        int(revision) if revision.isdecimal() else None,
    )
    runtime().bus.execute(command, actor_for(app))
    return go_to(f"{addresses.list_of(AppId(app), FormId(form))}&done=deleted")


@route(records, "/a/<app>/f/<form>/<record>/erase", permission=SIGNED_IN, methods=["POST"])
def erase(app: str, form: str, record: str) -> AnyResponse:
    """Destroy a person's encrypted values for good, with a reason."""
    place = AppId(app), FormId(form), RecordId(record)
    reason = request.form.get("reason", "").strip()[:500]
    runtime().bus.execute(EraseRecord(*place, reason), actor_for(app))
    return go_to(f"{addresses.record(*place)}?done=erased")


@route(records, "/a/<app>/f/<form>/<record>/start/<flow>", permission=SIGNED_IN, methods=["POST"])
def start_flow(app: str, form: str, record: str, flow: str) -> AnyResponse:
    """Start a flow on a record by hand."""
    command = StartFlow(AppId(app), FlowId(flow), RecordId(record))
    runtime().bus.execute(
        command, actor_for(app), idempotency_key=request.form.get("_key", "")[:100]
    )
    there = addresses.record(AppId(app), FormId(form), RecordId(record))
    return go_to(f"{there}?done=flow_started")


def _fields(app: str, definition: Form, shown: VisibleRecord) -> Markup:
    live, seer = live_app(app), visitor()
    slots = slots_to_read(definition, shown, AppId(app), seer.display)
    template = filling.form_templates().get(AppId(app), live.number, definition, seer.locale)
    html = template.render(slots=slots, sections=sections_to_read(definition, slots))
    return Markup(html)  # noqa: S704  our own template, escaped in both passes


def _lists(app: str, definition: Form, shown: VisibleRecord) -> Iterable[LinkedList]:
    for field in definition.fields.values():
        if is_list(field) and field.id not in shown.hidden:
            yield _list(app, field, shown)


def _list(app: str, field: Field, shown: VisibleRecord) -> LinkedList:
    seer = visitor()
    wanted = field.type.widget_data(field.options, seer.locale)
    form, link = FormId(wanted["form"]), FieldId(wanted["field"])
    other = live_app(app).form(form)
    found = runtime().reading.linking(actor_for(app), AppId(app), form, link, shown.id)
    columns = [other.fields[FieldId(one)] for one in wanted["columns"] if one in other.fields]
    rows = tuple(
        (addresses.record(AppId(app), form, one.id), _cells(app, one, columns)) for one in found
    )
    return LinkedList(
        id=field.id,
        title=field.title.in_locale(seer.locale),
        heads=(
            other.title.in_locale(seer.locale),
            *(one.title.in_locale(seer.locale) for one in columns),
        ),
        rows=rows,
        new_href=f"{addresses.new_record(AppId(app), form)}?{link}={shown.id}",
    )


def _cells(app: str, record: VisibleRecord, columns: list[Field]) -> tuple[str, ...]:
    display = Display(visitor().display.locale, visitor().display.zone, record.names)
    texts = (
        text_of(
            one, record.values.get(one.id), AppId(app), display, is_masked=one.id in record.masked
        )
        for one in columns
        if one.id not in record.hidden
    )
    return (record.title, *texts)


def _task_href(app: str, task: ShownTask) -> str:
    return addresses.task(AppId(app), task.id)
