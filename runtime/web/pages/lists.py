"""A view of a form as a table: filters as a sentence, sorting, search, pages by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import FieldErrors
from engines.form.display import Display
from engines.form.model import Field, Form
from engines.values import AppId, FormId, RecordId
from runtime.access.lists import Ask
from runtime.access.shown import ListPage, VisibleRecord
from runtime.web import addresses
from runtime.web.filters import (
    AskedFilter,
    added_filter,
    asked_filters,
    fields_to_filter,
    operators_of,
)
from runtime.web.problems import problem_text
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.slots import text_of
from runtime.web.visitor import actor_for, live_app, runtime, visitor

lists = Blueprint("lists", __name__)

_ROWS = 50
_NUMERIC = frozenset({"integer", "decimal", "money", "duration"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `sort` is its link, `sorted_` is ascending, descending or ''."""

    title: str
    sort: str
    sorted_: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the table; the first cell is its name and opens it."""

    id: RecordId
    href: str
    cells: tuple[str, ...]


@route(lists, "/a/<app>/f/<form>/", permission=SIGNED_IN)
def view(app: str, form: str) -> str | AnyResponse:
    """The records of a view."""
    added = added_filter(request.args)
    if added is not None:
        return go_to(_with_filter(added))
    live = live_app(app)
    definition = live.form(FormId(form))
    asked = asked_filters(request.args)
    try:
        found, problem = _found(app, definition, asked), ""
    except FieldErrors as error:
        # A filter that does not fit is said above an unfiltered list, not instead of it.
        words, display = visitor().words, visitor().display
        problem = " ".join(problem_text(words, one, display) for one in error.problems)
        found, asked = _found(app, definition, ()), ()
    locale = visitor().locale
    return page(
        "list.html",
        *_crumbs(app, found, locale),
        app=app,
        here=addresses.list_of(AppId(app), definition.id, found.view.id),
        form=definition,
        found=found,
        columns=_columns(found, locale),
        rows=[row_of(AppId(app), found, row, visitor().display) for row in found.rows],
        views=_views(app, definition, locale),
        sentence=[_said(one, definition, locale) for one in asked],
        filterable=fields_to_filter(definition, found, locale),
        operators=operators_of(visitor().words),
        problem=problem,
        search=request.args.get("q", "")[:200],
        can_change=any(row.can_update or row.can_delete for row in found.rows),
        can_delete=any(row.can_delete for row in found.rows),
        new_href=addresses.new_record(AppId(app), definition.id) if found.can_create else "",
        next_href=_with({"after": found.next}) if found.next else "",
        first_href=_with({"after": None}) if request.args.get("after") else "",
        reset_href=addresses.list_of(AppId(app), definition.id, found.view.id),
        is_asked=bool(asked or request.args.get("q")),
        kept=[(key, value) for key, value in request.args.items(multi=True) if key != "after"],
    )


def _found(app: str, form: Form, asked: Sequence[AskedFilter]) -> ListPage:
    sort = request.args.get("sort", "")
    return runtime().reading.list_page(
        actor_for(app),
        AppId(app),
        form.id,
        request.args.get("view", "all"),
        Ask(
            filters=[(one.field, one.operator, one.text) for one in asked],
            search=request.args.get("q", "")[:200],
            sort=(sort,) if sort else (),
            after=request.args.get("after"),
            limit=_ROWS,
        ),
    )


def _crumbs(app: str, found: ListPage, locale: str) -> tuple[Crumb, ...]:
    title = live_app(app).definition.title.in_locale(locale)
    plural = found.form.title_plural.in_locale(locale) or found.form.title.in_locale(locale)
    view_title = found.view.title.in_locale(locale)
    crumbs = [
        Crumb(title, f"/a/{app}/"),
        Crumb(plural, addresses.list_of(AppId(app), found.form.id)),
    ]
    if found.view.id != "all" and view_title:
        crumbs.append(Crumb(view_title))
    return tuple(crumbs)


def _views(app: str, form: Form, locale: str) -> list[tuple[str, str, str]]:
    """(id, title, address) of each view of the form."""
    all_title = visitor().words.say("list.all")
    return [
        (
            one.id,
            one.title.in_locale(locale) or (all_title if one.id == "all" else one.id),
            addresses.list_of(AppId(app), form.id, one.id),
        )
        for one in form.views.values()
    ]


def _columns(found: ListPage, locale: str) -> list[Column]:
    asked = request.args.get("sort", "")
    own = [("-" if one.is_descending else "") + one.field for one in found.view.sort[:1]]
    current = asked or (own[0] if own else "")
    return [_column(one, current, locale) for one in found.columns]


def _column(field: Field, current: str, locale: str) -> Column:
    is_up, is_down = current == field.id, current == f"-{field.id}"
    turned = f"-{field.id}" if is_up else field.id
    is_sortable = field.is_stored and not field.kind.has_child_table and not field.is_encrypted
    return Column(
        title=field.title.in_locale(locale),
        sort=_with({"sort": turned, "after": None}) if is_sortable else "",
        sorted_="ascending" if is_up else "descending" if is_down else "",
        is_number=field.kind.name.split("_")[0] in _NUMERIC,
    )


def row_of(app: AppId, found: ListPage, record: VisibleRecord, display: Display) -> Row:
    """A record as a row of its list."""
    named = Display(display.locale, display.zone, record.names)
    href = addresses.record(app, found.form.id, record.id)
    cells = tuple(
        text_of(one, record.values.get(one.id), app, named, is_masked=one.id in record.masked)
        for one in found.columns
    )
    return Row(record.id, href, _named_first(cells, record.title))


def _named_first(cells: tuple[str, ...], title: str) -> tuple[str, ...]:
    """The first cell opens the record, so it must be plain and never empty."""
    first = cells[0] if cells else ""
    plain = (first.striptags() if isinstance(first, Markup) else first) or title
    return (plain, *cells[1:])


def _said(asked: AskedFilter, form: Form, locale: str) -> Mapping[str, str]:
    field = form.fields.get(asked.field)
    options = dict(field.type.choices(field.options)) if field is not None else {}
    value = options[asked.text].in_locale(locale) if asked.text in options else asked.text
    return {
        "field": field.title.in_locale(locale) if field is not None else asked.field,
        "operator": visitor().words.say(f"filter.{asked.operator}"),
        "value": value,
        "without": _without(asked),
    }


def _with(changes: Mapping[str, str | None]) -> str:
    """This page's address with some parameters changed."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    added = [(key, value) for key, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode(kept + added)}"


def _with_filter(added: AskedFilter) -> str:
    """This page's address with one more condition, in the one way conditions are written."""
    loose = ("field", "operator", "value", "after")
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in loose]
    return f"{request.path}?{urlencode([*kept, ('where', added.written)])}"


def _without(asked: AskedFilter) -> str:
    kept = [
        (key, value)
        for key, value in request.args.items(multi=True)
        if (key, value) != ("where", asked.written) and key != "after"
    ]
    return f"{request.path}?{urlencode(kept)}"
