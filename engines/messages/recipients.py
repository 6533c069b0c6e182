"""Who is meant: a person, a pool, whoever of a group. The runtime finds the people."""

from __future__ import annotations

from typing import TypeAlias

from engines.plain import plain
from engines.values import DepartmentId, FieldId, FormId, RoleId, UserId


@plain
class ToUser:
    """One person, by id."""

    user: UserId


@plain
class ToPool:
    """Everybody who holds the role; nobody's until claimed."""

    role: RoleId


@plain
class AssignFromPool:
    """One member of a group, chosen by `perform` under its lock, or every one.

    The group are the active people who fulfil all that is given. Least busy: who has the fewest
    open tasks, ties by id. Round robin: the next id after the one chosen last.
    """

    role: RoleId | None
    pick: str  # "least_busy", "round_robin", "everyone"
    department: DepartmentId | None = None
    skill: str = ""
    region: str = ""


@plain
class ToHead:
    """The head of a department."""

    department: DepartmentId


@plain
class ToManager:
    """The manager of a person, that one's manager, and so on `level` times."""

    of: UserId
    level: int = 1


@plain
class ToOnDuty:
    """Who stands in a roster now: a record of `form` whose span holds this moment.

    Of several the one that begins first, then the one with the smaller id.
    """

    form: FormId
    who: FieldId
    starts: FieldId
    ends: FieldId  # not part of the span, but the whole day where it is a date


@plain
class ToAddress:
    """A mail address outside the user directory."""

    address: str


@plain
class ToNobody:
    """The source was empty; `policy` is the definition's: skip, block, auto_pass or reject."""

    policy: str


@plain
class OrElse:
    """`first`, or `then` when that turns out to be nobody."""

    first: Recipient
    then: Recipient


Recipient: TypeAlias = (
    ToUser
    | ToPool
    | AssignFromPool
    | ToHead
    | ToManager
    | ToOnDuty
    | ToAddress
    | ToNobody
    | OrElse
)
