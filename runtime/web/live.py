"""What the browser needs so that a form lives: programs, values, facts. Evaluates nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engines.form.display import iso_instant
from engines.form.live import browser_program, needs_server
from engines.form.model import Field
from engines.kinds import ColumnType, Shape
from engines.values import Value
from runtime.access.shown import FormPage
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.web.specialise import is_list, placed_fields

_BY_COLUMN: Mapping[ColumnType, str] = {
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
    ColumnType.TIMESTAMP: "datetime",
    ColumnType.INTEGER: "number",
    ColumnType.DECIMAL: "number",
}


def live_program(
    page: FormPage, app: LiveApp, actor: Actor, locale: str, now: datetime
) -> Mapping[str, Any]:
    """Conditions and computed values with the facts they read, without what is hidden here."""
    program = browser_program(page.form, locale)
    shown = [name for name in placed_fields(page.form.layout) if name not in page.hidden]
    fields = {name: one for name, one in program["fields"].items() if name in shown}
    zone = app.definition.time_zone
    own = [page.form.fields[name] for name in shown if not is_list(page.form.fields[name])]
    kinds = {one.id: kind_of(one) for one in own}
    return {
        "order": [name for name in program["order"] if name in fields],
        "fields": fields,
        "sections": program["sections"],
        "values": {one.id: fact_json(page.values.get(one.id)) for one in own},
        "kinds": {name: kind for name, kind in kinds.items() if name in page.editable},
        "user": fact_json(actor.facts),
        "now": iso_instant(now),
        "today": now.astimezone(ZoneInfo(zone)).date().isoformat(),
        "zone": zone,
        # What a person types on their own clocks only the server can place in time.
        "needs_server": needs_server(page.form) or "datetime" in kinds.values(),
    }


def kind_of(field: Field) -> str:
    """How the browser reads the field's controls: text, number, list, money, …"""
    match field.kind.shape:
        case Shape.MONEY:
            return "money"
        case Shape.DURATION:
            return "duration"
        case Shape.LIST | Shape.FOLDED_LIST:
            return "list"
        case Shape.SCALAR | Shape.FOLDED_TEXT | Shape.JSON | Shape.VIRTUAL:
            columns = field.kind.columns
            return _BY_COLUMN.get(columns[0].type, "text") if columns else "text"


def fact_json(value: Value) -> Any:  # noqa: PLR0911  one line a type
    """A plain value as the browser's evaluator reads facts: numbers and durations as text."""
    match value:
        case Decimal():
            return format(value, "f")
        case datetime():
            return iso_instant(value)
        case date():
            return value.isoformat()
        case timedelta():
            return str(value // timedelta(microseconds=1))
        case dict():
            return {key: fact_json(one) for key, one in value.items()}
        case list() | tuple():
            return [fact_json(one) for one in value]
        case bool() | None | str():
            return value
        case _:
            return str(value)
