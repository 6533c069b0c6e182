"""Put calls of other programs into the outbox, as one order each that tells all but the secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from engines.messages import CallConnector, MessageQueued
from engines.values import Value
from runtime.perform.work import Work
from runtime.ports import DeliveryRow

CHANNEL = "connector"
_IN_QUERY = ("GET", "DELETE")


def queue(work: Work, effect: CallConnector) -> None:
    """Queue the call; a repeat of the same key queues nothing."""
    row = DeliveryRow(
        id=work.unit.ids.new(),
        app=work.app.definition.id,
        channel=CHANNEL,
        target=effect.connector,
        subject=f"{effect.method} {effect.path}",
        body=json.dumps(_order(effect), ensure_ascii=False),
        key=f"{effect.key}:{CHANNEL}:{effect.connector}",
        form=effect.form,
        record=effect.record,
        state="due",
        attempts=0,
        next_at=work.unit.now,
        created_at=work.unit.now,
    )
    if work.unit.queue.add_delivery(row):
        work.tell(MessageQueued(CHANNEL, row.target, row.key, effect.form, effect.record))


def _order(effect: CallConnector) -> dict[str, Any]:
    """What `runtime/channels/connector.py` reads; without a `url` when the path lacks a value."""
    values = {name: _plain(value) for name, value in effect.values.items()}
    named = {name for name in values if f"{{{name}}}" in effect.path}
    path = effect.path
    for name in named:
        path = path.replace(f"{{{name}}}", quote(_text(values[name]), safe=""))
    rest = {name: value for name, value in values.items() if name not in named}
    has_query = effect.method in _IN_QUERY
    query = urlencode({name: _text(one) for name, one in rest.items() if one is not None})
    tail = f"?{query}" if has_query and query else ""
    is_whole = all(_text(values[name]).strip(".") for name in named)
    return {
        "method": effect.method,
        "url": effect.url + path + tail if is_whole else "",
        "json": None if has_query else rest,
        "secret": effect.secret,
        "header": effect.header,
        "answer": effect.answer,
        "keep": dict(effect.kept),
    }


def _plain(value: Value) -> Any:
    """As JSON: decimals as text, so that no digit is lost; instants in UTC; lengths in seconds."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return str(value) if isinstance(value, Decimal | date) else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
