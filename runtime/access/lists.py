"""Lists through the gate: views, filters in words, search, pages by key, options of links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engines.errors import FieldErrors, FieldProblem, NotAllowed, NotFound
from engines.expression.compile import Expression, compile_expression
from engines.expression.problems import ExpressionError
from engines.expression.types import BOOLEAN, NUMBER, TEXT
from engines.form.model import Field, Form, View
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Shape
from engines.values import FieldId
from runtime.access import gate
from runtime.access.gate import roles_giving
from runtime.access.masking import may_know
from runtime.access.shown import Choice, ListPage
from runtime.access.view import Looking
from runtime.facts import USERS
from runtime.ports import Filter, Record, RecordPage, RecordQuery, SortKey

MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person wants of a list beyond its view.

    filters: (field, operator, text), as ("status", "is", "new") or ("due", "after", "2026-03-01").
    sort: fields, "-due" for descending; without any, the view's own. `after` is a page's cursor.
    """

    filters: Sequence[tuple[str, str, str]] = ()
    search: str = ""
    sort: Sequence[str] = ()
    after: str | None = None
    limit: int = 50


PLAIN = Ask()

# How an asked filter is written as an expression; {f} is the field, {v} the quoted value.
OPERATORS = {
    "is": "record.{f} == {v}",
    "is_not": "record.{f} != {v}",
    "contains": "contains(record.{f}, {v})",
    "after": "record.{f} >= {v}",
    "before": "record.{f} <= {v}",
    "at_least": "record.{f} >= {v}",
    "at_most": "record.{f} <= {v}",
    "is_empty": "is_empty(record.{f})",
    "is_filled": "not is_empty(record.{f})",
    "is_me": "record.{f} == user.id",
    "under": "under(record.{f}, {v})",
    "has": "has(record.{f}, {v})",
}


_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_FOLDED = (Shape.FOLDED_TEXT, Shape.FOLDED_LIST)
_MAKERS = {"date": "date", "datetime": "datetime"}


def list_page(
    looking: Looking,
    form: Form,
    view: View,
    ask: Ask = PLAIN,
) -> ListPage:
    """A page of a view as the actor may see it."""
    query = record_query(looking, form, view, ask)
    page = looking.reader.records.page(looking.app.table(form.id), query)
    return shown_page(looking, form, view, page)


def shown_page(looking: Looking, form: Form, view: View, page: RecordPage) -> ListPage:
    """Readable records in the columns of a view, as the actor may see them."""
    rights = looking.rights(form)
    return ListPage(
        form=form,
        view=view,
        columns=tuple(field for field in view_fields(form, view) if field.id not in rights.hidden),
        rows=looking.shown(form, page.records),
        next=page.next,
        total=page.total,
        is_total_exact=page.is_total_exact,
        can_create=gate.ever(form, looking.actor, "create"),
    )


def record_query(
    looking: Looking,
    form: Form,
    view: View,
    ask: Ask = PLAIN,
) -> RecordQuery:
    """What the actor asks of the database, cut down to the rows they may read."""
    if not gate.ever(form, looking.actor, "read"):
        gate.refuse(form, looking.actor, "read")
    facts = looking.blank_facts(form.id)
    conditions = [view.when] if view.when is not None else []
    conditions += [asked_condition(looking, form, one) for one in ask.filters]
    return RecordQuery(
        form=form.id,
        filters=tuple(Filter(one.tree, facts) for one in conditions),
        any_of=gate.row_filters(form, looking.actor, facts),
        sort=tuple(_asked_sort(looking, form, ask.sort)) if ask.sort else _sort(view),
        search=ask.search.strip(),
        search_in=tuple(one for one in view.search if one in looking.rights(form).in_clear),
        after=ask.after,
        limit=max(1, min(ask.limit, MAX_ROWS)),
    )


def view_of(form: Form, view: str) -> View:
    """A view by id. Raises NotFound."""
    found = form.views.get(view)
    if found is None:
        raise NotFound(f"view {view}")
    return found


def view_fields(form: Form, view: View) -> Iterable[Field]:
    """The columns of a view that are fields of the form, in order."""
    return [form.fields[name] for name in view.columns if name in form.fields]


def choices_for(looking: Looking, form: Form, field: Field, text: str) -> tuple[Choice, ...]:
    """Records or people that a link or user field may be set to, narrowed by a text."""
    if field.id not in looking.rights(form).editable:
        raise NotAllowed("You may not change this field.")
    if field.links_to == USERS:
        return _people(looking, field, text)
    if field.links_to is None:
        raise NotFound(f"options of {field.id}")
    target = looking.app.form(field.links_to)
    view = view_of(target, "all")
    asks = [*_whole_values(looking, target, text.strip()), Ask(search=text, limit=20)]
    rows: dict[str, Record] = {}
    for ask in asks:
        query = record_query(looking, target, view, ask)
        page = looking.reader.records.page(looking.app.table(target.id), query)
        rows.update({row.id: row for row in page.records})
    return tuple(Choice(row.id, looking.title(target, row)) for row in rows.values())


def _whole_values(looking: Looking, form: Form, text: str) -> list[Ask]:
    """Encrypted texts are found by their whole value alone: a mail address, a number."""
    known = looking.rights(form).in_clear
    sealed = [
        field
        for field in form.fields.values()
        if field.is_encrypted and field.value_type == TEXT and field.id in known
    ]
    written = [(field.id, _as_stored(looking, field, text)) for field in sealed]
    return [Ask(filters=((name, "is", one),), limit=20) for name, one in written if one]


def _as_stored(looking: Looking, field: Field, text: str) -> str:
    """A text as the field would keep it, `+8613800000000`; empty when it would refuse it."""
    reading = Reading(ZoneInfo(looking.actor.time_zone), looking.actor.locale)
    try:
        return str(field.type.read(text, field.options, reading) or "")
    except Refused:
        return ""


def _people(looking: Looking, field: Field, text: str) -> tuple[Choice, ...]:
    app = looking.app.definition.id
    role = field.type.widget_data(field.options, looking.actor.locale).get("role")
    roles = roles_giving(looking.app, role) if role else tuple(looking.app.definition.roles)
    wanted = text.strip().casefold()
    return tuple(
        Choice(user.id, user.name)
        for user in looking.reader.directory.members(app, roles)
        if wanted in user.name.casefold() or wanted in user.email.casefold()
    )[:50]


def asked_condition(looking: Looking, form: Form, asked: tuple[str, str, str]) -> Expression:
    """An asked filter as an expression; refused for fields the actor may not know in clear.

    Else a filter would tell, by which rows it leaves, what the page does not show.
    """
    name, operator, text = asked
    field = form.fields.get(FieldId(name))
    if field is None or operator not in OPERATORS:
        raise FieldErrors([FieldProblem(name, "unknown_filter", {"operator": operator})])
    _require_known(looking, form, name)
    source = OPERATORS[operator].format(f=name, v=_literal(field, text))
    try:
        found = compile_expression(source, looking.app.definition.scope(form.id))
    except ExpressionError as error:
        raise FieldErrors([FieldProblem(name, "filter_does_not_fit", {"value": text})]) from error
    is_sealed = field.is_encrypted and not field.is_plain_indexed
    refused = found.sql_problems(lambda _key: field.kind.shape in _FOLDED)
    if refused or found.sealed_problems(lambda key: is_sealed and key == name):
        raise FieldErrors([FieldProblem(name, "filter_does_not_fit", {"value": text})])
    return found


def _require_known(looking: Looking, form: Form, name: str) -> None:
    if not may_know(looking.app, form.id, looking.actor, [name]):
        raise NotAllowed("You may not filter or sort by this field.")


def _literal(field: Field, text: str) -> str:
    """The text as a literal of the field's type, in the words of the expression language."""
    if field.value_type == NUMBER and _NUMBER.fullmatch(text):
        return text
    if field.value_type == BOOLEAN:
        return "true" if text == "true" else "false"
    function = _MAKERS.get(str(field.value_type))
    return f"{function}({quoted(text)})" if function else quoted(text)


def quoted(text: str) -> str:
    """A text as a literal of the expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ") + "'"


def _sort(view: View) -> tuple[SortKey, ...]:
    return tuple(SortKey(one.field, is_descending=one.is_descending) for one in view.sort)


def _asked_sort(looking: Looking, form: Form, sort: Sequence[str]) -> Iterable[SortKey]:
    for one in sort:
        name = FieldId(one.removeprefix("-"))
        if name not in form.fields:
            raise FieldErrors([FieldProblem(name, "unknown_filter", {"operator": "sort"})])
        _require_known(looking, form, name)
        yield SortKey(name, is_descending=one.startswith("-"))
