"""Plant the sample records of a definition, through the bus like everything else.

A value `@acme` is the record of the seed `acme` (of a person's field: the demo account of a role),
`@now - 3d` an instant or a day before now. A seed with a `created_at` tells what happened then: it
is imported, with the rules that set fields; every other one is submitted, and may start flows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from engines.duration import parse_duration
from engines.errors import AppBuilderError
from engines.form.compute import recompute
from engines.form.model import Field, Form
from engines.form.reading import Reading
from engines.form.submit import SubmitContext, submit
from engines.kinds import DATE
from engines.values import AppId, FieldId, FormId, RecordId, RoleId, UserId, Value, Values
from runtime.bus import Bus
from runtime.commands import SYSTEM, CreateRecord, ImportedRecord, ImportRecords
from runtime.facts import USERS, facts_of, with_linked
from runtime.live import Live, LiveApp
from runtime.ports import Clock, IdSource, Store, Unit

_WHEN = re.compile(r"@now(?:\s*([+-])\s*(\S+))?")


class SeedError(AppBuilderError):
    """A sample record cannot be planted; the message names it."""


class Planting(Protocol):
    """What planting needs of the running product."""

    @property
    def bus(self) -> Bus: ...

    @property
    def store(self) -> Store: ...

    @property
    def live(self) -> Live: ...

    @property
    def ids(self) -> IdSource: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(slots=True)
class _Bed:
    """One app's seeds on their way into the ground."""

    runtime: Planting
    app: LiveApp
    people: Mapping[RoleId, UserId]
    planted: dict[tuple[FormId, str], RecordId] = field(default_factory=dict)


def plant(runtime: Planting, app: AppId, people: Mapping[RoleId, UserId]) -> int:
    """Plant all seeds of the live version; how many. `people` are the demo accounts by role.

    Seeds may name each other in any order. Raises SeedError for one that cannot be planted.
    """
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, app)
    bed = _Bed(runtime, live, people)
    waiting = list(_seeds(live))
    while waiting:
        ready = [one for one in waiting if _is_ready(bed, *one)]
        if not ready:
            names = ", ".join(f"{form.id}.{name}" for form, name, _ in waiting)
            raise SeedError(
                f"These seeds name one another in a ring, or a seed there is not: {names}."
            )
        for one in ready:
            _plant_one(bed, *one)
        waiting = [one for one in waiting if one not in ready]
    return len(bed.planted)


def _seeds(app: LiveApp) -> Iterator[tuple[Form, str, Mapping[str, Any]]]:
    for form, seeds in app.definition.seeds.items():
        for name, values in seeds.items():
            yield app.form(FormId(form)), name, values


def _is_ready(bed: _Bed, form: Form, name: str, values: Mapping[str, Any]) -> bool:
    return all(
        (target, text[1:]) in bed.planted
        for field_id, value in values.items()
        for target in [_target(form, field_id)]
        if target not in (None, USERS)
        for text in [str(value)]
        if text.startswith("@")
    )


def _target(form: Form, field_id: str) -> FormId | None:
    found = form.fields.get(field_id)  # type: ignore[call-overload]
    return found.links_to if found is not None else None


def _plant_one(bed: _Bed, form: Form, name: str, values: Mapping[str, Any]) -> None:
    answers = {key: _answer(bed, form, key, value) for key, value in values.items()}
    created_at = answers.pop("created_at", None)
    app = bed.app.definition.id
    try:
        if created_at is None:
            outcome = bed.runtime.bus.execute(CreateRecord(app, form.id, answers), SYSTEM)
            record = outcome.record
        else:
            record = _import(bed, form, answers, datetime.fromisoformat(str(created_at)))
    except AppBuilderError as error:
        raise SeedError(f"seeds.{form.id}.{name}: {error}") from error
    if record is not None:
        bed.planted[form.id, name] = record
        _link_account(bed, form, answers, record)


def _import(bed: _Bed, form: Form, answers: Mapping[str, Any], at: datetime) -> RecordId:
    values = _as_it_was(bed, form, answers, at)
    id_ = RecordId(bed.runtime.ids.new())
    app = bed.app.definition.id
    seed = ImportedRecord(id_, values, occurred_at=at)
    bed.runtime.bus.execute(ImportRecords(app, form.id, (seed,), rules="set_only"), SYSTEM)
    return id_


def _as_it_was(bed: _Bed, form: Form, answers: Mapping[str, Any], at: datetime) -> Values:
    """The values of a record of long ago; what people may not type was set by rules and flows."""
    reading = Reading(ZoneInfo(bed.app.definition.time_zone))
    typed = {one.id for one in form.answerable if one.readonly is False}
    given = {key: value for key, value in answers.items() if key in typed}
    with bed.runtime.store.read() as reader:
        linked = with_linked(reader, bed.app, form.id, {**given, "created_at": at})
    facts = facts_of(bed.app, SYSTEM, at, linked)
    submitted = submit(
        form,
        given,
        current=None,
        facts=facts,
        editable=frozenset(typed),
        context=SubmitContext(reading),
    )
    kept: dict[str, Value] = {
        one.id: one.type.read(answers[one.id], one.options, reading)
        for one in form.answerable
        if one.id in answers and one.id not in typed
    }
    changed = {*map(FieldId, kept), FieldId("created_at")}
    return recompute(form, {**submitted.values, **kept}, changed, facts)


def _answer(bed: _Bed, form: Form, key: str, value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    when = _WHEN.fullmatch(value.strip())
    one = form.fields.get(key)  # type: ignore[call-overload]
    if when is not None:
        return _moment(bed, one, when[1] or "+", when[2] or "0s")
    if one is None or one.links_to is None:
        return value
    if one.links_to == USERS:
        return bed.people.get(RoleId(value[1:]), value)
    return bed.planted.get((one.links_to, value[1:]), value)


def _moment(bed: _Bed, one: Field | None, sign: str, length: str) -> str:
    try:
        distance = parse_duration(length)
    except ValueError as error:
        raise SeedError(f"@now {sign} {length}: {error}") from error
    now = bed.runtime.clock.now().replace(microsecond=0)
    moment = now - distance if sign == "-" else now + distance
    if one is not None and one.kind == DATE:
        return moment.astimezone(ZoneInfo(bed.app.definition.time_zone)).date().isoformat()
    return moment.isoformat()


def _link_account(bed: _Bed, form: Form, answers: Mapping[str, Any], record: RecordId) -> None:
    """The record that names a portal role's demo account is that account's own record."""
    definition = bed.app.definition
    outsiders = {bed.people[role] for role in definition.portal_roles if role in bed.people}
    named = {UserId(value) for key, value in answers.items() if _target(form, key) == USERS}

    def link(unit: Unit) -> None:
        for user in named & outsiders:
            unit.directory.link_record(definition.id, user, record)

    if named & outsiders:
        bed.runtime.store.run(link)
