"""What can happen to an instance: the closed set of signals that `advance` takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engines.values import NodeId, UserId


@dataclass(frozen=True, slots=True)
class Started:
    """A new instance begins; `by` is None when no person started it."""

    by: UserId | None = None


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """A person finished an open task."""

    key: str
    outcome: str
    by: UserId
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer's time has come, perhaps late. One that nobody waits for any more does nothing."""

    ref: str


@dataclass(frozen=True, slots=True)
class Continued:
    """Go on with fresh facts, after a step that said `has_more`."""


@dataclass(frozen=True, slots=True)
class Retried:
    """Enter a node again after an incident, the engine's own or one of handing out its tasks."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class Suspended:
    """Hold the instance: tasks are refused, timers wait."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Go on after a suspension; timers that came due meanwhile fire now, once."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """End the whole instance: every task is withdrawn, every timer forgotten."""

    reason: str = ""


Signal: TypeAlias = (
    Started | TaskCompleted | TimerFired | Continued | Retried | Suspended | Resumed | Cancelled
)
