"""A policy as data: for which records it holds, its targets, when their clocks start and stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engines.action import Action, FactPath, paths_of
from engines.calendar.model import ALL_HOURS, Calendar, Time
from engines.expression.compile import Expression
from engines.values import Facts, FieldId, FormId, LocaleText


class Reopens(StrEnum):
    """What a stopped clock does when the condition that stopped it is no longer true."""

    RESUME = "resume"  # goes on where it stopped; the time in between does not count
    RESTART = "restart"  # begins anew
    NEVER = "never"


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: a set of them is asked often
class Arrival:
    """A record of another form that links to the clock's record; `when` is over that record."""

    form: FormId
    link: FieldId
    when: Expression | None

    def holds(self, facts: Facts) -> bool:
        """Whether the new record is one that counts."""
        return self.when is None or self.when.evaluate(facts) is True


@dataclass(frozen=True, slots=True)
class Step:
    """What happens once when so much of a clock's time has passed: a share, or a length."""

    id: str
    title: LocaleText
    share: int | None  # percent of the target
    after: timedelta | None
    actions: tuple[Action, ...]

    def amount(self, within: timedelta) -> timedelta:
        """The time of the clock at which it happens."""
        return self.after if self.after is not None else within * (self.share or 0) / 100


@dataclass(frozen=True, slots=True)
class Target:
    """One promise of a policy. Its clock begins with the record unless something starts it."""

    id: str
    title: LocaleText
    within: timedelta | None  # fixed, or
    within_value: Expression | None  # reckoned from the record
    starts: Expression | None
    starts_on: Arrival | None
    stops: Expression | None
    stops_on: Arrival | None
    pauses: Expression | None
    reopens: Reopens
    due_field: FieldId | None  # where the record shows its due time
    kept_field: FieldId | None  # where it shows whether the promise was kept: empty while open
    steps: tuple[Step, ...]

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts about the clock's own record that it reads."""
        read = (self.within_value, self.starts, self.stops, self.pauses)
        found = [one.paths for one in read if one is not None]
        actions = [action for step in self.steps for action in step.actions]
        return frozenset().union(*found, paths_of(actions))

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Records of other forms it waits for."""
        return tuple(one for one in (self.starts_on, self.stops_on) if one is not None)


@dataclass(frozen=True, slots=True)
class Choice:
    """A calendar and when it is the one to count in; no calendar: every hour counts."""

    when: Expression | None
    calendar: Calendar | None


@dataclass(frozen=True, slots=True)
class Policy:
    """Targets for the records of a form of which `when` is true."""

    id: str
    title: LocaleText
    form: FormId
    when: Expression | None
    calendars: tuple[Choice, ...]
    targets: tuple[Target, ...]

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts about its records that it reads."""
        conditions = [self.when, *[choice.when for choice in self.calendars]]
        own = [one.paths for one in conditions if one is not None]
        return frozenset().union(*own, *[target.paths for target in self.targets])

    def calendar(self, facts: Facts) -> str:
        """The calendar a clock that begins now counts in; '' for every hour."""
        for choice in self.calendars:
            if choice.when is None or choice.when.evaluate(facts) is True:
                return choice.calendar.id if choice.calendar is not None else ""
        return ""

    def look(
        self, target: Target, facts: Facts, at: datetime, arrived: frozenset[Arrival]
    ) -> Look:
        """What a record, and what has just arrived at it, say to one of its clocks."""
        value = target.within_value.evaluate(facts) if target.within_value is not None else None
        within = value if isinstance(value, timedelta) and value > timedelta(0) else target.within
        return Look(
            at=at,
            begins_at=_beginning(target, facts, at),
            applies=within is not None and _is_true(self.when, facts, otherwise=True),
            starts=_is_true(target.starts, facts, otherwise=target.starts_on is None),
            is_started=target.starts_on in arrived,
            stops=_is_true(target.stops, facts, otherwise=False),
            is_stopped=target.stops_on in arrived,
            pauses=_is_true(target.pauses, facts, otherwise=False),
            within=within or timedelta(0),
            calendar=self.calendar(facts),
        )


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy of an app, and which ones a record concerns."""

    by_id: Mapping[str, Policy]
    by_form: Mapping[FormId, tuple[Policy, ...]]
    awaiting: Mapping[FormId, tuple[Policy, ...]]  # that wait for records of the form to arrive
    reads: Mapping[FormId, frozenset[str]]  # fields of the form that decide about its clocks

    def target(self, policy: str, target: str) -> Target | None:
        """A target by the ids of its policy and its own; None when it is gone."""
        found = self.by_id.get(policy)
        targets = found.targets if found is not None else ()
        return next((one for one in targets if one.id == target), None)


def compile_policies(policies: Iterable[Policy]) -> Policies:
    """The policies by the records they concern."""
    kept = tuple(policies)
    forms = {policy.form for policy in kept}
    arrivals = {
        arrival.form for policy in kept for target in policy.targets for arrival in target.arrivals
    }
    return Policies(
        by_id={policy.id: policy for policy in kept},
        by_form={form: tuple(one for one in kept if one.form == form) for form in forms},
        awaiting={
            form: tuple(
                policy
                for policy in kept
                if any(one.form == form for target in policy.targets for one in target.arrivals)
            )
            for form in arrivals
        },
        reads={form: _fields_read(one for one in kept if one.form == form) for form in forms},
    )


def _fields_read(policies: Iterable[Policy]) -> frozenset[str]:
    paths = [policy.paths for policy in policies]
    return frozenset(
        key.split(".", 1)[0] for own in paths for root, key in own if root == "record"
    )


@dataclass(frozen=True, slots=True)
class Look:
    """A record seen at one moment, as far as one clock is concerned.

    `starts`, `stops` and `pauses` are conditions that hold; `is_started` and `is_stopped` say
    that something has arrived at this moment.
    """

    at: datetime
    begins_at: datetime
    applies: bool
    within: timedelta
    calendar: str = ""
    starts: bool = True
    is_started: bool = False
    stops: bool = False
    is_stopped: bool = False
    pauses: bool = False


def time_of(calendar: Calendar | None) -> Time:
    """What a clock counts in; a calendar that is no longer there leaves every hour."""
    return calendar if calendar is not None else ALL_HOURS


def _beginning(target: Target, facts: Facts, at: datetime) -> datetime:
    if target.starts is not None or target.starts_on is not None:
        return at
    created_at = facts["record"].get("created_at")
    return created_at if isinstance(created_at, datetime) else at


def _is_true(condition: Expression | None, facts: Facts, *, otherwise: bool) -> bool:
    return otherwise if condition is None else condition.evaluate(facts) is True
