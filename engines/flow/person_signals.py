"""What people may do to an instance besides finishing tasks: a closed part of the signals.

Who may do what is the runtime's to check; whether it is possible now is the engine's.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from engines.plain import plain
from engines.values import NodeId, RoleId, UserId


class Where(StrEnum):
    """Where a signer is added, seen from the one who adds."""

    BEFORE = "before"  # the adder signs after the added
    PARALLEL = "parallel"  # the added joins the quorum
    AFTER = "after"  # the added signs when the adder has approved


@plain
class Voice:
    """Somebody an approval turns out to ask: a person, or whoever of a role takes it."""

    user: UserId | None = None
    role: RoleId | None = None


@plain
class Asked:
    """Somebody an approval asks, and what they have said so far."""

    voice: Voice
    state: str  # empty while it is not their turn; open, approved, rejected
    key: str  # of their task, once they were asked
    by: UserId | None  # who signed
    adder: UserId | None  # who added them; None: the definition names them


@plain
class PeopleFound:
    """Who the signers of a node turn out to be: for each written signer its people, or nobody."""

    token: int
    voices: tuple[tuple[Voice, ...], ...]


@plain
class NobodyFound:
    """Nobody could be given a task that was opened."""

    key: str


@plain
class SignerAdded:
    """The holder of the open task `key` asks somebody else to sign too."""

    key: str
    who: UserId
    where: Where
    by: UserId


@plain
class SignerRemoved:
    """A signer who has not acted is no longer asked; `by` None: an operator does it.

    Without `who` it is the one asked by the open task `key`, else a person or a role whose turn
    may still be to come.
    """

    key: str
    by: UserId | None
    who: str = ""


@plain
class Returned:
    """The holder of the open task `key` sends the case back; `to` None: to the initiator."""

    key: str
    to: str  # "initiator", "previous" or a node
    by: UserId
    comment: str = ""


@plain
class Withdrawn:
    """The initiator takes the whole case back; possible until somebody else has acted."""

    by: UserId
    reason: str = ""


@plain
class TakenBack:
    """The person who acted last takes that act back: the task `key`, which is done."""

    key: str
    by: UserId


@plain
class Jumped:
    """An operator moves what stands at one node to another one."""

    node: NodeId
    to: NodeId


@plain
class Woken:
    """An operator ends the waiting at a node as if its time had come."""

    node: NodeId


PersonSignal: TypeAlias = (
    PeopleFound
    | NobodyFound
    | SignerAdded
    | SignerRemoved
    | Returned
    | Withdrawn
    | TakenBack
    | Jumped
    | Woken
)
