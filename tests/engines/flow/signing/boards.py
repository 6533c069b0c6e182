"""Approvals for tests: a board whose rules each test states, and what people do at it."""

from __future__ import annotations

from engines.flow.person_signals import Returned, SignerAdded, SignerRemoved, TakenBack, Where
from engines.flow.signals import TaskCompleted
from engines.messages import CloseTask, OpenTask, SetFields, ToPool, ToUser
from engines.values import UserId
from tests.support.processes import ANA, Case, a_flow

LEGAL = "AssignFromPool(role='legal', pick='everyone', department=None, skill='', region='')"
EVERY_LEGAL = "{role: legal, pick: everyone}"


def a_board(rules: str, *, nodes: str = "", record: dict[str, object] | None = None) -> Case:
    """A case that stands at the node `board`, whose options are `rules`.

    The people of legal are u-1 to u-3. `nodes` come before it, the first of them begins.
    """
    written = "\n".join(f"  {line}" for line in rules.strip("\n").splitlines())
    flow = a_flow(f"""
{nodes}
board:
  type: approval
{written}
  outcomes:
    approved: {{to: end, set: {{status: done}}}}
    rejected: {{to: end, set: {{status: new}}}}
end: {{type: end}}
""")
    case = Case(flow, dict(record or {}))
    case.staff[LEGAL] = tuple(UserId(f"u-{number}") for number in (1, 2, 3))
    case.start(ANA)
    return case


def asked(case: Case) -> list[str]:
    """Who has an open task: people by id, pools by role, in the order in which they were asked."""
    is_open = set(case.open_tasks())
    tasks = [one for one in case.effects if isinstance(one, OpenTask) and one.key in is_open]
    return [name_of(one) for one in tasks]


def name_of(task: OpenTask) -> str:
    """Whom a task is for."""
    assert isinstance(task.to, ToUser | ToPool)
    return task.to.user if isinstance(task.to, ToUser) else task.to.role


def key_for(case: Case, who: str) -> str:
    """The open task of somebody."""
    is_open = set(case.open_tasks())
    tasks = [one for one in case.effects if isinstance(one, OpenTask) and one.key in is_open]
    return next(one.key for one in tasks if name_of(one) == who)


def sign(case: Case, who: str, outcome: str = "approved", by: str = "") -> None:
    """Somebody completes their task."""
    case.send(TaskCompleted(key_for(case, who), outcome, UserId(by or who)))


def add(case: Case, adder: str, who: str, where: Where) -> None:
    """A signer adds another one."""
    key = key_for(case, adder)
    case.send(SignerAdded(key, UserId(who), where, UserId(adder)))


def remove(case: Case, who: str, by: str | None) -> None:
    """A signer is removed."""
    remover = UserId(by) if by is not None else None
    case.send(SignerRemoved(key_for(case, who), remover))


def send_back(case: Case, who: str, to: str) -> None:
    """A signer returns the case."""
    case.send(Returned(key_for(case, who), to, UserId(who), "why"))


def take_back(case: Case, who: str) -> None:
    """Somebody takes back the last act they did."""
    done = [one for one in case.effects if isinstance(one, CloseTask) and one.by == who]
    case.send(TakenBack(done[-1].key, UserId(who)))


def decided(case: Case) -> list[object]:
    """What the outcomes taken have set: done for approved, new for rejected."""
    return [one.values["status"] for one in case.effects if isinstance(one, SetFields)]


def opened_once(case: Case) -> bool:
    """Whether every task was opened once and closed at most once."""
    opened = [one.key for one in case.effects if isinstance(one, OpenTask)]
    closed = [one.key for one in case.effects if isinstance(one, CloseTask)]
    return len(set(opened)) == len(opened) and len(set(closed)) == len(closed)
