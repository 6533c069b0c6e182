"""What can happen to an instance: the closed set of signals that `advance` takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engines.flow.person_signals import PersonSignal
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
    signature: str = ""  # the file of a drawn name
    attachments: tuple[str, ...] = ()  # files
    chosen: tuple[UserId, ...] = ()  # whom the person chose for a later step


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


@dataclass(frozen=True, slots=True)
class MessageCame:
    """A message for the instance. One that is kept waits until somebody wants it.

    The same `id` counts once, however often it is delivered.
    """

    name: str
    id: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """The record is not what it was: conditions that are waited for are looked at again."""


@dataclass(frozen=True, slots=True)
class SubFlowEnded:
    """A flow that a token has started is over; `ref` is `<token id>.<number>`."""

    ref: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SubFlowFailed:
    """A flow that a token wants to start cannot be."""

    ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkAdded:
    """One more piece of work at a node that still takes more."""

    node: NodeId
    by: UserId | None = None
    to: UserId | None = None  # None: whoever the node would ask


@dataclass(frozen=True, slots=True)
class AddingClosed:
    """No more work is added at the node; it is over when what is open is done."""

    node: NodeId
    by: UserId | None = None


Signal: TypeAlias = (
    Started
    | TaskCompleted
    | TimerFired
    | Continued
    | Retried
    | Suspended
    | Resumed
    | Cancelled
    | MessageCame
    | FactsChanged
    | SubFlowEnded
    | SubFlowFailed
    | WorkAdded
    | AddingClosed
    | PersonSignal
)
