"""Rules as data: what triggers them, when they hold, what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from engines.action import Action, FactPath, paths_of, writes_of
from engines.cron import Cron
from engines.diagnostics import Path
from engines.expression.compile import Expression
from engines.values import Facts, FieldId, FormId, LocaleText, RuleId

# --- what happens: given to `decide` ---


@dataclass(frozen=True, slots=True)
class Created:
    """A record of the form was created."""

    form: FormId


@dataclass(frozen=True, slots=True)
class Changed:
    """Fields of a record of the form were changed; `fields` are those that differ now."""

    form: FormId
    fields: frozenset[FieldId] = frozenset()


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record of the form is being deleted."""

    form: FormId


@dataclass(frozen=True, slots=True)
class Due:
    """The time of one rule has come for a record: by its schedule or after a field's time."""

    rule: RuleId


Trigger: TypeAlias = Created | Changed | Deleted | Due

# --- what a rule waits for ---


@dataclass(frozen=True, slots=True)
class OnCreated:
    """Every new record."""

    form: FormId


@dataclass(frozen=True, slots=True)
class OnChanged:
    """Every change, or only one of `fields`."""

    form: FormId
    fields: frozenset[FieldId] = frozenset()


@dataclass(frozen=True, slots=True)
class OnDeleted:
    """Every record that is deleted."""

    form: FormId


@dataclass(frozen=True, slots=True)
class OnSchedule:
    """At times of the clock, once for each record of the form."""

    cron: Cron
    form: FormId


@dataclass(frozen=True, slots=True)
class OnTimeAfter:
    """`delay` after the moment in `field`, once for each value of the field."""

    form: FormId
    field: FieldId
    delay: timedelta


On: TypeAlias = OnCreated | OnChanged | OnDeleted | OnSchedule | OnTimeAfter


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Higher `priority` first; equal ones in the order of the file."""

    id: RuleId
    title: LocaleText
    on: On
    when: Expression | None
    priority: int
    stop: bool
    actions: tuple[Action, ...]
    path: Path

    @property
    def form(self) -> FormId:
        """The form whose records it decides about."""
        return self.on.form

    def holds(self, facts: Facts) -> bool:
        """Whether its condition is true of the facts."""
        return self.when is None or self.when.evaluate(facts) is True

    @property
    def writes(self) -> frozenset[FieldId]:
        """Fields of the own record it may set."""
        return writes_of(self.actions)

    @property
    def paths(self) -> frozenset[FactPath]:
        """Every fact it may read."""
        condition = self.when.paths if self.when is not None else frozenset()
        return condition | paths_of(self.actions)


@dataclass(frozen=True, slots=True)
class TimeAfter:
    """What the runtime's timers need of a rule that waits for a time after a field."""

    id: RuleId
    form: FormId
    field: FieldId
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the runtime's timers need of a scheduled rule."""

    id: RuleId
    cron: Cron
    form: FormId
