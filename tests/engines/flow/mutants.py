"""Break a flow in ways that are always wrong, one at a time: mutants for the soundness check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """A flow with one thing broken."""

    name: str  # "complaint.triage.no_way_on"
    flow: Data


def mutants(flow_id: str, flow: Data, forms: Mapping[str, Data]) -> Iterator[Mutant]:
    """Every mutant of a flow, node by node."""
    user_field = _field(forms[_form(flow)], "user")
    text_field = _field(forms[_form(flow)], "text")
    for node in flow["nodes"]:
        for name, change in _CHANGES.items():
            broken = deepcopy(flow)
            details = {"user": user_field, "text": text_field}
            if change(broken["nodes"], node, details):
                yield Mutant(f"{flow_id}.{node}.{name}", broken)


def _form(flow: Data) -> str:
    trigger = flow.get("on", {})
    named = [flow.get("for"), *(trigger.get(way) for way in ("created", "start", "changed"))]
    return str(next(one for one in named if one))


def _field(form: Data, kind: str) -> str:
    found = (name for name, one in form["fields"].items() if one.get("type") == kind)
    return next(found, "")


def _ways(node: Data) -> list[tuple[Data, str]]:
    """The places of a node where one target is written."""
    parts = [node, *node.get("outcomes", {}).values(), *node.get("paths", ())]
    return [(part, "to") for part in parts if isinstance(part.get("to"), str)]


def _no_way_on(nodes: Data, node: str, details: Data) -> bool:
    if not isinstance(nodes[node].get("to"), str):
        return False
    del nodes[node]["to"]
    return True


def _unknown_target(nodes: Data, node: str, details: Data) -> bool:
    for part, key in _ways(nodes[node])[:1]:
        part[key] = "nowhere"
        return True
    return False


def _outcome_without_way(nodes: Data, node: str, details: Data) -> bool:
    outcomes = [one for one in nodes[node].get("outcomes", {}).values() if "to" in one]
    for outcome in outcomes[:1]:
        del outcome["to"]
    return bool(outcomes)


def _no_default(nodes: Data, node: str, details: Data) -> bool:
    if nodes[node]["type"] != "choice":
        return False
    nodes[node]["paths"] = [path for path in nodes[node]["paths"] if "when" in path]
    return True


def _default_first(nodes: Data, node: str, details: Data) -> bool:
    if nodes[node]["type"] != "choice":
        return False
    nodes[node]["paths"].reverse()
    return True


def _orphan(nodes: Data, node: str, details: Data) -> bool:
    for _, _ in _ways(nodes[node])[:1]:
        nodes["m_orphan"] = {"type": "action", "do": [], "to": node}
        return True
    return False


def _no_end_ahead(nodes: Data, node: str, details: Data) -> bool:
    """A wait that goes round for ever behind one of its ways."""
    for part, key in _ways(nodes[node])[:1]:
        part[key] = "m_again"
        nodes["m_again"] = {"type": "wait", "after": "1d", "to": "m_again"}
        return True
    return False


def _restless_loop(nodes: Data, node: str, details: Data) -> bool:
    for part, key in _ways(nodes[node])[:1]:
        paths = [{"when": "today == null", "to": part[key]}, {"to": "m_loop"}]
        part[key] = "m_loop"
        nodes["m_loop"] = {"type": "choice", "paths": paths}
        return True
    return False


def _join_of_a_choice(nodes: Data, node: str, details: Data) -> bool:
    for part, key in _ways(nodes[node])[:1]:
        paths = [{"when": "today == null", "to": "m_one"}, {"to": "m_two"}]
        nodes["m_how"] = {"type": "choice", "paths": paths}
        nodes["m_one"] = {"type": "action", "do": [], "to": "m_meet"}
        nodes["m_two"] = {"type": "action", "do": [], "to": "m_meet"}
        nodes["m_meet"] = {"type": "join", "to": part[key]}
        part[key] = "m_how"
        return True
    return False


def _pile(nodes: Data, node: str, details: Data) -> bool:
    """A branch that begins anew while another one waits, again and again."""
    for part, key in _ways(nodes[node])[:1]:
        nodes["m_split"] = {"type": "parallel", "to": ["m_wait", part[key]]}
        nodes["m_wait"] = {"type": "wait", "after": "1d", "to": "m_split"}
        part[key] = "m_split"
        return True
    return False


def _written_twice(nodes: Data, node: str, details: Data) -> bool:
    for part, key in _ways(nodes[node])[:1] if details["text"] else ():
        nodes["m_both"] = {"type": "parallel", "to": ["m_one", "m_two"]}
        for name in ("m_one", "m_two"):
            nodes[name] = {"type": "action", "do": [{"set": {details["text"]: name}}]}
            nodes[name]["to"] = "m_meet"
        nodes["m_meet"] = {"type": "join", "to": part[key]}
        part[key] = "m_both"
        return True
    return False


def _one_branch(nodes: Data, node: str, details: Data) -> bool:
    for part, key in _ways(nodes[node])[:1]:
        nodes["m_split"] = {"type": "parallel", "to": [part[key]]}
        part[key] = "m_split"
        return True
    return False


def _nobody(nodes: Data, node: str, details: Data) -> bool:
    if "assign" not in nodes[node] or not details["user"]:
        return False
    nodes[node]["assign"] = {"field": details["user"]}
    return True


def _unknown_role(nodes: Data, node: str, details: Data) -> bool:
    if "assign" not in nodes[node]:
        return False
    nodes[node]["assign"] = {"role": "m_nobody"}
    return True


def _idle_timer(nodes: Data, node: str, details: Data) -> bool:
    if "outcomes" not in nodes[node]:
        return False
    nodes[node].setdefault("timers", {})["m_late"] = {"after": "1h"}
    return True


def _timer_to_nowhere(nodes: Data, node: str, details: Data) -> bool:
    if "outcomes" not in nodes[node] or not details["text"]:
        return False
    timer = {"after": "1h", "interrupt": "true", "do": [{"set": {details["text"]: "late"}}]}
    nodes[node].setdefault("timers", {})["m_late"] = timer
    return True


def _unknown_type(nodes: Data, node: str, details: Data) -> bool:
    nodes[node]["type"] = "m_type"
    return True


_CHANGES: Mapping[str, Callable[[Data, str, Data], bool]] = {
    "no_way_on": _no_way_on,
    "unknown_target": _unknown_target,
    "outcome_without_way": _outcome_without_way,
    "no_default": _no_default,
    "default_first": _default_first,
    "orphan": _orphan,
    "no_end_ahead": _no_end_ahead,
    "restless_loop": _restless_loop,
    "join_of_a_choice": _join_of_a_choice,
    "pile": _pile,
    "written_twice": _written_twice,
    "one_branch": _one_branch,
    "nobody": _nobody,
    "unknown_role": _unknown_role,
    "idle_timer": _idle_timer,
    "timer_to_nowhere": _timer_to_nowhere,
    "unknown_type": _unknown_type,
}
