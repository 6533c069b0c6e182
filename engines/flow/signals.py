"""What can happen to an instance: the closed set of signals that `advance` takes."""

from __future__ import annotations

from typing import TypeAlias

from engines.flow.person_signals import PersonSignal
from engines.plain import plain
from engines.values import NodeId, UserId


@plain
class Started:
    """A new instance begins; `by` is None when no person started it."""

    by: UserId | None = None


@plain
class TaskCompleted:
    """A person finished an open task."""

    key: str
    outcome: str
    by: UserId
    comment: str = ""
    signature: str = ""  # the file of a drawn name
    attachments: tuple[str, ...] = ()  # files
    chosen: tuple[UserId, ...] = ()  # whom the person chose for a later step


@plain
class TimerFired:
    """A timer's time has come, perhaps late. One that nobody waits for any more does nothing."""

    ref: str


@plain
class Continued:
    """Go on with fresh facts, after a step that said `has_more`."""


@plain
class Retried:
    """Enter a node again after an incident, the engine's own or one of handing out its tasks."""

    node: NodeId


@plain
class Suspended:
    """Hold the instance: tasks are refused, timers wait."""


@plain
class Resumed:
    """Go on after a suspension; timers that came due meanwhile fire now, once."""


@plain
class Cancelled:
    """End the whole instance: every task is withdrawn, every timer forgotten."""

    reason: str = ""


@plain
class MessageCame:
    """A message for the instance. One that is kept waits until somebody wants it.

    The same `id` counts once, however often it is delivered.
    """

    name: str
    id: str
    is_kept: bool = True


@plain
class FactsChanged:
    """The record is not what it was: conditions that are waited for are looked at again."""


@plain
class SubFlowEnded:
    """A flow that a token has started is over; `ref` is `<token id>.<number>`."""

    ref: str
    outcome: str


@plain
class SubFlowFailed:
    """A flow that a token wants to start cannot be."""

    ref: str
    reason: str


@plain
class WorkAdded:
    """One more piece of work at a node that still takes more."""

    node: NodeId
    by: UserId | None = None
    to: UserId | None = None  # None: whoever the node would ask


@plain
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
