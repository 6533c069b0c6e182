"""Parse the boundary of a waiting node: its due time, its timers, the messages it hears."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engines.action import Action
from engines.assignee.parse import Assignee
from engines.diagnostics import did_you_mean, one_of
from engines.flow.model import BoundaryMessage, BoundaryTimer
from engines.flow.site import Site

DUE = "due"
_MORE = frozenset({"remind", "escalate", "outcome"})  # what a timer may do beside acting


def parse_due(data: Mapping[str, Any], site: Site) -> BoundaryTimer | None:
    """The timer of `due`, which acts but never takes the token away; None without a due time."""
    due = data.get("due")
    if due is None:
        return None
    at = site.at("due")
    after = at.span(due, "within")
    actions: list[Action] = []
    escalate: list[Assignee] = []
    for number, item in enumerate(due.get("then") or ()):
        here = at.at("then", number)
        if "escalate" in item:
            escalate += _escalation(item, here)
        else:
            actions += here.actions(item)
    if after is None:
        return None
    return BoundaryTimer(DUE, after, False, "", tuple(actions), tuple(escalate))  # noqa: FBT003


def parse_timers(data: Mapping[str, Any], site: Site) -> tuple[BoundaryTimer, ...]:
    """The timers under `timers:`, in the order written."""
    found = []
    outcomes = tuple(data.get("outcomes") or ())
    for name, timer in (data.get("timers") or {}).items():
        parsed = _timer(f"timers.{name}", timer, site.at("timers", name), outcomes)
        if parsed is not None:
            found.append(parsed)
    return tuple(found)


def parse_messages(data: Mapping[str, Any], site: Site) -> tuple[BoundaryMessage, ...]:
    """The messages under `messages:`, in the order written."""
    found = []
    for name, message in (data.get("messages") or {}).items():
        here = site.at("messages", name)
        reaction = _reaction(f"messages.{name}", message or {}, here, "message")
        if reaction is not None:
            found.append(BoundaryMessage(name, *reaction))
    return tuple(found)


def _timer(
    name: str, data: Mapping[str, Any], site: Site, outcomes: Collection[str]
) -> BoundaryTimer | None:
    after = site.span(data, "after")
    escalate = _escalation(data, site) if "escalate" in data else ()
    outcome = _outcome(data, site, outcomes)
    reaction = _reaction(name, data, site, "timer", does_more=bool(_MORE & set(data)))
    if after is None or reaction is None:
        return None
    return BoundaryTimer(name, after, *reaction, escalate, data.get("remind") is True, outcome)


def _outcome(data: Mapping[str, Any], site: Site, outcomes: Collection[str]) -> str:
    """The outcome that a timer takes; one that the node has not, or beside a way, is reported."""
    if "outcome" not in data:
        return ""
    outcome = str(data["outcome"])
    if outcome not in outcomes:
        hint = did_you_mean(outcome, outcomes) or one_of(outcomes)
        site.at("outcome").problem("W065", f"this step has no outcome {outcome!r}", hint)
    elif "to" in data:
        site.at("to").problem(
            "W066", "the timer decides and leads elsewhere too", "Keep 'outcome' or 'to'."
        )
    return outcome


def _reaction(
    name: str, data: Mapping[str, Any], site: Site, what: str, *, does_more: bool = False
) -> tuple[bool, str, tuple[Action, ...]] | None:
    """Whether it stops the waiting, its edge, its actions."""
    interrupt = bool(data.get("interrupt", "to" in data))
    edge = site.at("to").edge(data["to"], name) if "to" in data else ""
    actions = site.at("do").actions(data["do"]) if data.get("do") else ()
    if not edge and not data.get("do") and not does_more:
        site.problem(
            "W013", f"this {what} does nothing", "Add 'to' with a node, or 'do' with actions."
        )
        return None
    if interrupt and not edge:
        site.problem(
            "W014",
            f"this {what} stops the waiting but leads nowhere",
            "Add 'to' with the next node, or write 'interrupt: false'.",
        )
        return None
    return interrupt, edge, actions


def _escalation(item: Mapping[str, Any], site: Site) -> tuple[Assignee, ...]:
    found = site.at("escalate").assignee(item["escalate"])
    return (found,) if found is not None else ()
