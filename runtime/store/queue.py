"""The outbox and what is due: claims under leases, back-off, dead letters.

A lease is judged by the database's clock on PostgreSQL, where many hosts share the rows, and on
SQLite by this process's monotonic time: a lease of another process start is void there, because
only one process holds the data directory.

Long because every statement stands before the methods that run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.values import AppId, UserId
from runtime.ports import Clock, DeliveryRow, IdSource, Lease, TimerRow
from runtime.store.instances import TIMER_COLUMNS, timer_row
from runtime.store.rows import RowMap
from runtime.store.sql import Dialect, Row, Session, bind, micros, moment_of
from runtime.store.tables import DELIVERY, TIMER
from runtime.store.vault import Vault

DELIVERIES = RowMap(DELIVERY, DeliveryRow)

_Pages = tuple[sa.Select[Any], sa.Select[Any], sa.Select[Any]]

_SCOPE = "outbox"
_SEALED = ("subject", "body")
_MAX_ERROR = 2_000

_DUE: sa.ColumnElement[Any] = sa.literal_column("'due'")
_PARKED: sa.ColumnElement[Any] = sa.literal_column("'parked'")
_SENT: sa.ColumnElement[Any] = sa.literal_column("'sent'")
_DEAD: sa.ColumnElement[Any] = sa.literal_column("'dead'")
_DROPPED: sa.ColumnElement[Any] = sa.literal_column("'dropped'")
_IN_APP: sa.ColumnElement[Any] = sa.literal_column("'in_app'")
_ONE: sa.ColumnElement[Any] = sa.literal_column("1")
_NO_LEASE = {"lease_token": sa.null(), "lease_owner": sa.null(), "lease_until": sa.null()}
# The instant leases are reckoned from. On PostgreSQL the statement itself asks for it: it is the
# same for all of its rows, and costs no journey of its own.
_LEASE_NOW: Mapping[Dialect, sa.ColumnElement[int]] = {
    Dialect.SQLITE: bind("lease_now"),
    Dialect.POSTGRES: sa.cast(
        sa.extract("epoch", sa.func.statement_timestamp()) * sa.literal_column("1000000"),
        sa.BigInteger,
    ),
}


# Where a row stands. A claim finds its rows again by it, which spares a search for each.
_PLACE: Mapping[Dialect, sa.ColumnClause[Any]] = {
    Dialect.SQLITE: sa.column("rowid"),
    Dialect.POSTGRES: sa.column("ctid"),
}


def _leased(dialect: Dialect) -> dict[str, sa.ColumnElement[Any]]:
    return {
        "lease_token": bind("token"),
        "lease_owner": bind("owner"),
        "lease_until": _lease_end(dialect),
    }


def _timer_leased(dialect: Dialect) -> dict[str, sa.ColumnElement[Any]]:
    """A timer is completed by its generation, so its lease says the least: a row grows by it."""
    return {
        name: value
        for name, value in _leased(dialect).items()
        if name == "lease_until" or (name == "lease_owner" and dialect is Dialect.SQLITE)
    }


def _lease_end(dialect: Dialect) -> sa.ColumnElement[int]:
    return _LEASE_NOW[dialect] + sa.bindparam("lease_us", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class _Claims:
    """The claiming statements of a dialect."""

    timers: sa.Update
    deliveries: sa.Update
    delivery: sa.Update


def _claims(dialect: Dialect) -> _Claims:
    timer = sa.and_(TIMER.c.state == _DUE, TIMER.c.due_at <= bind("now"), _free(TIMER, dialect))
    message = sa.and_(
        DELIVERY.c.state == _DUE, DELIVERY.c.next_at <= bind("now"), _free(DELIVERY, dialect)
    )
    counted = {"attempts": sa.column("attempts", sa.BigInteger) + _ONE}
    deliveries = (
        sa.update(DELIVERY).values({**_leased(dialect), **counted}).returning(*DELIVERIES.columns)
    )
    return _Claims(
        timers=sa.update(TIMER)
        .values({**_timer_leased(dialect), **counted})
        .where(_is_oldest(TIMER.c.due_at, timer, dialect))
        .returning(*TIMER_COLUMNS),
        deliveries=deliveries.where(_is_oldest(DELIVERY.c.next_at, message, dialect)),
        delivery=deliveries.where(DELIVERY.c.id == bind("id"), message),
    )


def _free(table: sa.Table, dialect: Dialect) -> sa.ColumnElement[bool]:
    expired = sa.or_(table.c.lease_until.is_(None), table.c.lease_until < _LEASE_NOW[dialect])
    match dialect:
        case Dialect.SQLITE:
            return sa.or_(expired, table.c.lease_owner != bind("owner"))
        case Dialect.POSTGRES:
            return expired
        case _:
            assert_never(dialect)


def _is_oldest(
    due: sa.Column[Any], condition: sa.ColumnElement[bool], dialect: Dialect
) -> sa.ColumnElement[bool]:
    """Whether a row is among the oldest that fit.

    Sorted by nothing but the instant, so that the index gives the order and is read no further.
    A row that somebody changed between the two reads of PostgreSQL is left to the next claim.
    """
    place = _PLACE[dialect]
    fit = sa.select(place).select_from(due.table).where(condition).order_by(due)
    oldest = fit.limit(bind("most")).with_for_update(skip_locked=True)
    match dialect:
        case Dialect.SQLITE:
            return place.in_(oldest)
        case Dialect.POSTGRES:
            return place == sa.func.any(sa.func.array(oldest.scalar_subquery()))
        case _:
            assert_never(dialect)


_CLAIMS = {dialect: _claims(dialect) for dialect in Dialect}
_HELD = sa.and_(DELIVERY.c.id == bind("id"), DELIVERY.c.lease_token == bind("token"))
_DELIVERED = (
    sa.update(DELIVERY).where(_HELD).values({"state": _SENT, "last_error": bind("e"), **_NO_LEASE})
)
_RENEW = {
    dialect: sa.update(DELIVERY).where(_HELD).values({"lease_until": _lease_end(dialect)})
    for dialect in Dialect
}
_FAILED = {"last_error": bind("error"), **_NO_LEASE}
_AGAIN = sa.update(DELIVERY).where(_HELD).values({"next_at": bind("next"), **_FAILED})
_GIVE_UP = sa.update(DELIVERY).where(_HELD).values({"state": _DEAD, **_FAILED})
_TIMER_HELD = sa.and_(TIMER.c.id == bind("id"), TIMER.c.generation == bind("made"))
_TIMER_AGAIN = sa.update(TIMER).where(_TIMER_HELD).values({"due_at": bind("next"), **_FAILED})
_PARK = sa.update(TIMER).where(_TIMER_HELD).values({"state": _PARKED, **_FAILED})
_UNPARK = (
    sa.update(TIMER)
    .where(TIMER.c.id == bind("id"), TIMER.c.state == _PARKED)
    .values({"state": _DUE, "attempts": sa.literal_column("0"), "due_at": bind("now")})
)
_DROP_TIMER = sa.delete(TIMER).where(TIMER.c.id == bind("id"), TIMER.c.state == _PARKED)
_PARKED_TIMERS = (
    sa.select(*TIMER_COLUMNS)
    .where(TIMER.c.state == _PARKED)
    .order_by(TIMER.c.id.desc())
    .limit(bind("most"))
)
_PARKED_IN = _PARKED_TIMERS.where(TIMER.c.app == bind("app"))
_PARKED_AFTER = _PARKED_IN.where(TIMER.c.id < bind("after"))
_ADD = (
    insert(DELIVERY)
    .values({column.name: bind(column.name) for column in DELIVERIES.columns})
    .on_conflict_do_nothing(index_elements=["key"])
)
_SELECT = sa.select(*DELIVERIES.columns)
_ONE_DELIVERY = _SELECT.where(DELIVERY.c.id == bind("id"))
_INBOX = (
    _SELECT.where(DELIVERY.c.channel == _IN_APP, DELIVERY.c.target == bind("user"))
    .order_by(DELIVERY.c.created_at.desc(), DELIVERY.c.id.desc())
    .limit(bind("most"))
)
_MARK_READ = (
    sa.update(DELIVERY)
    .where(
        DELIVERY.c.channel == _IN_APP,
        DELIVERY.c.target == bind("user"),
        DELIVERY.c.read_at.is_(None),
    )
    .values(read_at=bind("now"))
)
_DEAD_LETTERS = (
    _SELECT.where(DELIVERY.c.state == _DEAD).order_by(DELIVERY.c.id.desc()).limit(bind("most"))
)
_DEAD_IN = _DEAD_LETTERS.where(DELIVERY.c.app == bind("app"))
_DEAD_AFTER = _DEAD_IN.where(DELIVERY.c.id < bind("after"))
_DROP = (
    sa.update(DELIVERY)
    .where(DELIVERY.c.id == bind("id"), DELIVERY.c.state == _DEAD)
    .values({"state": _DROPPED})
)
_REPEAT = (
    sa.update(DELIVERY)
    .where(DELIVERY.c.id == bind("id"), DELIVERY.c.state == _DEAD)
    .values({"state": _DUE, "attempts": sa.literal_column("0"), "next_at": bind("now")})
)
_HOLD = (
    sa.update(DELIVERY)
    .where(DELIVERY.c.state == _DUE)
    .values({"state": _DEAD, "last_error": bind("why"), **_NO_LEASE})
)
_NEXT_TIMER = sa.select(sa.func.min(TIMER.c.due_at)).where(
    TIMER.c.state == _DUE, TIMER.c.lease_until.is_(None)
)
_NEXT_DELIVERY = sa.select(sa.func.min(DELIVERY.c.next_at)).where(
    DELIVERY.c.state == _DUE, DELIVERY.c.lease_token.is_(None)
)


class StoredQueue:
    """Outbox and claims on one connection. `owner` names this start of this process."""

    __slots__ = ("_clock", "_ids", "_owner", "_session", "_vault")

    def __init__(
        self, session: Session, vault: Vault, clock: Clock, ids: IdSource, owner: str
    ) -> None:
        self._session = session
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._owner = owner

    def due_timers(self, now: datetime, limit: int, lease_s: float) -> tuple[TimerRow, ...]:
        claim = self._claim(now, lease_s)
        statement = _CLAIMS[self._session.dialect].timers
        rows = self._session.rows(statement, {**claim, "most": limit})
        return tuple(sorted(map(timer_row, rows), key=lambda one: (one.due_at, one.id)))

    def due_deliveries(
        self, now: datetime, limit: int, lease_s: float
    ) -> tuple[tuple[DeliveryRow, Lease], ...]:
        claim = self._claim(now, lease_s)
        statement = _CLAIMS[self._session.dialect].deliveries
        rows = self._session.rows(statement, {**claim, "most": limit})
        found = sorted(map(self._row, rows), key=lambda one: (one.next_at, one.id))
        return tuple((one, Lease(one.id, claim["token"])) for one in found)

    def claim_delivery(
        self, delivery: str, now: datetime, lease_s: float
    ) -> tuple[DeliveryRow, Lease] | None:
        claim = self._claim(now, lease_s)
        statement = _CLAIMS[self._session.dialect].delivery
        row = self._session.first(statement, {**claim, "id": delivery})
        return None if row is None else (self._row(row), Lease(delivery, claim["token"]))

    def timer_failed(self, timer: TimerRow, error: str, next_at: datetime | None) -> bool:
        params = {"id": timer.id, "made": timer.generation, "error": error[:_MAX_ERROR]}
        if next_at is None:
            return self._session.change(_PARK, params) == 1
        return self._session.change(_TIMER_AGAIN, {**params, "next": micros(next_at)}) == 1

    def parked_timers(
        self, limit: int = 100, *, app: AppId | None = None, after: str = ""
    ) -> tuple[TimerRow, ...]:
        params = {"most": limit, "app": app, "after": after}
        statement = _page_of(app, after, (_PARKED_TIMERS, _PARKED_IN, _PARKED_AFTER))
        return tuple(map(timer_row, self._session.rows(statement, params)))

    def drop_timer(self, timer: str) -> bool:
        return self._session.change(_DROP_TIMER, {"id": timer}) == 1

    def repeat_timer(self, timer: str, now: datetime) -> bool:
        is_due = self._session.change(_UNPARK, {"id": timer, "now": micros(now)}) == 1
        self._session.has_new_timer = is_due or self._session.has_new_timer
        return is_due

    def delivery(self, delivery: str) -> DeliveryRow | None:
        row = self._session.first(_ONE_DELIVERY, {"id": delivery})
        return None if row is None else self._row(row)

    def renew(self, leases: Iterable[Lease], lease_s: float) -> tuple[Lease, ...]:
        times = self._lease_times(lease_s)
        return tuple(one for one in leases if self._renew(one, times))

    def delivered(self, lease: Lease, now: datetime) -> bool:
        params = {"id": lease.row, "token": lease.token, "e": ""}
        return self._session.change(_DELIVERED, params) == 1

    def failed(self, lease: Lease, error: str, next_at: datetime | None) -> bool:
        params = {"id": lease.row, "token": lease.token, "error": error[:_MAX_ERROR]}
        if next_at is None:
            return self._session.change(_GIVE_UP, params) == 1
        return self._session.change(_AGAIN, {**params, "next": micros(next_at)}) == 1

    def add_delivery(self, row: DeliveryRow) -> bool:
        params = DELIVERIES.params(row)
        for name in _SEALED:
            text = params[name].encode()
            place = _place(name, row.id)
            params[name] = self._vault.seal(self._session, _SCOPE, place, text)
        is_new = self._session.change(_ADD, params) == 1
        if is_new:
            self._session.new_deliveries.append(row.id)
        return is_new

    def inbox(self, user: UserId, limit: int = 50) -> tuple[DeliveryRow, ...]:
        rows = self._session.rows(_INBOX, {"user": user, "most": limit})
        return tuple(map(self._row, rows))

    def mark_read(self, user: UserId, now: datetime) -> None:
        self._session.change(_MARK_READ, {"user": user, "now": micros(now)})

    def dead_letters(
        self, limit: int = 100, *, app: AppId | None = None, after: str = ""
    ) -> tuple[DeliveryRow, ...]:
        params = {"most": limit, "app": app, "after": after}
        statement = _page_of(app, after, (_DEAD_LETTERS, _DEAD_IN, _DEAD_AFTER))
        return tuple(map(self._row, self._session.rows(statement, params)))

    def drop_delivery(self, delivery: str) -> bool:
        return self._session.change(_DROP, {"id": delivery}) == 1

    def repeat(self, delivery: str, now: datetime) -> None:
        if self._session.change(_REPEAT, {"id": delivery, "now": micros(now)}) == 1:
            self._session.new_deliveries.append(delivery)

    def hold_due(self, reason: str) -> int:
        return self._session.change(_HOLD, {"why": reason[:_MAX_ERROR]})

    def next_due(self) -> datetime | None:
        found = (self.next_timer_due(), self.next_delivery_due())
        return min((one for one in found if one is not None), default=None)

    def next_timer_due(self) -> datetime | None:
        return self._earliest(_NEXT_TIMER)

    def next_delivery_due(self) -> datetime | None:
        return self._earliest(_NEXT_DELIVERY)

    def _earliest(self, statement: sa.Select[Any]) -> datetime | None:
        row = self._session.first(statement)
        return None if row is None or row[0] is None else moment_of(row[0])

    def _renew(self, lease: Lease, times: Mapping[str, int]) -> bool:
        params = {"id": lease.row, "token": lease.token, **times}
        return self._session.change(_RENEW[self._session.dialect], params) == 1

    def _claim(self, now: datetime, lease_s: float) -> dict[str, Any]:
        return {
            **self._lease_times(lease_s),
            "now": micros(now),
            "token": self._ids.new(),
            "owner": self._owner,
        }

    def _lease_times(self, lease_s: float) -> dict[str, int]:
        """How long a lease is, and from when: the latter counts on SQLite alone."""
        return {
            "lease_us": timedelta(seconds=lease_s) // timedelta(microseconds=1),
            "lease_now": int(self._clock.monotonic_s() * 1_000_000),
        }

    def _row(self, row: Row) -> DeliveryRow:
        found = DELIVERIES.row(row)
        return replace(
            found,
            subject=self._opened("subject", found.id, found.subject),
            body=self._opened("body", found.id, found.body),
        )

    def _opened(self, name: str, delivery: str, sealed: str) -> str:
        if not sealed:  # taken away with the person it was about
            return ""
        plain = self._vault.open(self._session, sealed, _place(name, delivery))
        return "" if plain is None else plain.decode()


def _page_of(app: AppId | None, after: str, statements: _Pages) -> sa.Select[Any]:
    """The statement for all apps, for the first page of one, or for a later page of it."""
    everywhere, first, later = statements
    if app is None:
        return everywhere
    return later if after else first


def _place(name: str, delivery: str) -> str:
    return f"dg_delivery|{name}|{delivery}"
