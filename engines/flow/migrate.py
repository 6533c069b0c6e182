"""Bring a running instance to another version of its flow: what becomes of each token, and why.

Pure, and all or nothing: an instance moves when every token has a place, with its task and its
timers; else a person must look. Boundary timers that only the new version has start on arrival.
Storing what moves is the runtime's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from engines.errors import Conflict
from engines.flow.instance import Instance, Stage, Status, Token
from engines.flow.memory import Memory
from engines.flow.model import START_EDGE, BoundaryTimer, Flow, Node, Routing
from engines.messages import CancelTimer, StartTimer
from engines.values import NodeId, Value

Mapped = Mapping[NodeId, NodeId]  # nodes that have another id in the new version
_JOINS: Final = (Routing.SYNC, Routing.COMING, Routing.COUNT)


class Verdict(StrEnum):
    """What becomes of an instance."""

    STAYS = "stays"  # it has ended, or is at that version already
    MOVES = "moves"
    NEEDS_A_PERSON = "needs_a_person"


SENTENCES: Final = {
    "ended": "it has ended",
    "there_already": "it is at version {version} already",
    "not_moved": "it was not brought here from version {version}",
    "merged": "two nodes became one; this cannot be undone",
    "other_form": "the flow works on {form!r} there",
    "stands": "stands at {node!r}",
    "goes": "goes from {node!r} to {target!r}",
    "node_gone": "node {target!r} is not there, and something stands at {node!r}",
    "other_type": "node {node!r} is a {before}, {target!r} is a {after}",
    "timer_gone": "timer {timer!r} of node {node!r} is not there",
    "timer_new": "node {node!r} waits for a time {timer!r} there that it does not wait for here",
    "other_flow": "node {target!r} starts another flow than {node!r} has started",
    "branch_gone": "the branch {edge!r} by which something came to {node!r} is not there",
}


class Reason(NamedTuple):
    """Why, as data: a page says it in its reader's language; as text it is an English sentence."""

    code: str
    about: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**dict(self.about))


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one instance, and why; `places` are the nodes its tokens go to, by token."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    places: tuple[tuple[int, NodeId, str], ...] = ()  # token, node, edge
    starts: tuple[tuple[int, BoundaryTimer], ...] = ()  # token, timer
    drops: tuple[str, ...] = ()  # refs of timers that an undone migration had started

    @property
    def started(self) -> tuple[str, ...]:
        """Refs of the timers that start; `plan` wants them as `dropped` to undo this."""
        return tuple(f"{number}.{timer.name}" for number, timer in self.starts)

    def timers(self, now: datetime) -> tuple[StartTimer | CancelTimer, ...]:
        """What is to be done about timers; new ones run from `now`, not from the arrival."""
        started = [StartTimer(f"{n}.{timer.name}", now + timer.after) for n, timer in self.starts]
        return (*map(CancelTimer, self.drops), *started)


def reason(code: str, **about: str) -> Reason:
    """A reason by its code, with what it speaks of."""
    return Reason(code, tuple(about.items()))


def plan(
    old: Flow,
    new: Flow,
    mapping: Mapped,
    instance: Instance,
    version: int,
    dropped: Collection[str] = (),
) -> Fate:
    """What becomes of the instance when it is brought to `version`, which is `new`.

    `dropped` are refs of timers that go without a word, as the migration to undo has started them.
    """
    if instance.status is Status.ENDED:
        return Fate(Verdict.STAYS, (reason("ended"),))
    if instance.version == version:
        return Fate(Verdict.STAYS, (reason("there_already", version=str(version)),))
    if old.form != new.form:
        return Fate(Verdict.NEEDS_A_PERSON, (reason("other_form", form=new.form),))
    bare = [_without(token, dropped) for token in instance.tokens]
    reasons = [one for token in bare for one in _obstacles(old, new, mapping, token)]
    if reasons:
        return Fate(Verdict.NEEDS_A_PERSON, tuple(dict.fromkeys(reasons)))
    places = tuple(
        (token.id, _place(mapping, token.node), _edge(new, mapping, token) or "")
        for token in instance.tokens
    )
    goes = tuple(_goes(token, mapping) for token in instance.tokens)
    starts = [one for token in bare for one in _new_timers(old, new, mapping, token)]
    drops = tuple(ref for token in instance.tokens for ref in _refs(token) if ref in dropped)
    return Fate(Verdict.MOVES, goes, places, tuple(starts), drops)


def moved(instance: Instance, fate: Fate, mapping: Mapped, version: int) -> Instance:
    """The instance at its new version. Raises Conflict when the plan says that it cannot move."""
    if fate.verdict is not Verdict.MOVES:
        raise Conflict(
            "This case cannot be moved by itself.", {"why": list(map(str, fate.reasons))}
        )
    places = {number: (node, edge) for number, node, edge in fate.places}
    tokens = tuple(_put(token, fate, *places[token.id]) for token in instance.tokens)
    memory = _memory(instance.memory, mapping)
    held = tuple(ref for ref in instance.held if ref not in fate.drops)
    return instance._replace(version=version, tokens=tokens, memory=memory, held=held)


def back(mapping: Mapped) -> Mapped:
    """The mapping that undoes another. Raises Conflict when two nodes became one."""
    turned = {new: old for old, new in mapping.items()}
    if len(turned) < len(mapping):
        raise Conflict("Two nodes became one; this cannot be undone.", {"mapping": dict(mapping)})
    return turned


def renamed(value: Value, old: NodeId, new: NodeId) -> Value:
    """A token's state with the keys of its tasks, `<node>.<token>…`, as the new node has them."""
    if old == new:
        return value
    if isinstance(value, str):
        return f"{new}.{value.removeprefix(f'{old}.')}" if value.startswith(f"{old}.") else value
    if isinstance(value, list):
        return [renamed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {renamed(k, old, new): renamed(one, old, new) for k, one in value.items()}
    return value


def _put(token: Token, fate: Fate, node: NodeId, edge: str) -> Token:
    kept = _without(token, fate.drops).timers
    added = tuple(timer.name for number, timer in fate.starts if number == token.id)
    state = renamed(token.state, token.node, node)
    return token._replace(node=node, edge=edge, state=state, timers=(*kept, *added))


def _refs(token: Token) -> list[str]:
    return [f"{token.id}.{name}" for name in token.timers]


def _without(token: Token, dropped: Collection[str]) -> Token:
    kept = tuple(name for name in token.timers if f"{token.id}.{name}" not in dropped)
    return token._replace(timers=kept)


def _new_timers(
    old: Flow, new: Flow, mapping: Mapped, token: Token
) -> list[tuple[int, BoundaryTimer]]:
    """Those that only the new node has, for a token that waits and may still go on."""
    before, after = old.nodes[token.node], new.nodes[_place(mapping, token.node)]
    if token.stage is not Stage.WAITING or not before.behaviour.may_move(token):
        return []
    known = {timer.name for timer in before.timers}
    return [(token.id, timer) for timer in after.timers if timer.name not in known]


def _obstacles(old: Flow, new: Flow, mapping: Mapped, token: Token) -> Iterator[Reason]:
    """Why the token has no place in the new version."""
    target = _place(mapping, token.node)
    before, after = old.nodes[token.node], new.nodes.get(target)
    if after is None:
        yield reason("node_gone", node=token.node, target=target)
        return
    if after.type != before.type:
        kinds = {"before": before.type, "after": after.type}
        yield reason("other_type", node=token.node, target=target, **kinds)
        return
    for timer in token.timers:
        if not _has_timer(before, after, timer):
            yield reason("timer_gone", node=token.node, timer=timer)
    for timer in _new_times(before, after, token):
        yield reason("timer_new", node=token.node, timer=timer)
    if before.behaviour.calls != after.behaviour.calls:
        yield reason("other_flow", node=token.node, target=target)
    if _edge(new, mapping, token) is None:
        yield reason("branch_gone", node=token.node, edge=token.edge)


def _has_timer(before: Node, after: Node, timer: str) -> bool:
    """A timer at the boundary must be at the new one too; a node's own are its type's."""
    if timer in {one.name for one in before.timers}:
        return timer in {one.name for one in after.timers}
    return after.behaviour.own_timers is None or timer in after.behaviour.own_timers


def _new_times(before: Node, after: Node, token: Token) -> list[str]:
    """The node's own timers that a token there would have, and this one was never given.

    When they would be due may hang on the record, so they are not started: waiting for ever for
    what the new version calls a matter of time would be a silent stall.
    """
    known, wanted = before.behaviour.own_timers, after.behaviour.own_timers
    if token.stage is not Stage.WAITING or known is None or wanted is None:
        return []
    return sorted(wanted - known)


def _place(mapping: Mapped, node: NodeId) -> NodeId:
    return mapping.get(node, node)


def _edge(new: Flow, mapping: Mapped, token: Token) -> str | None:
    """The edge by which the token has come, as the new version names it.

    Only joins care; elsewhere any edge that leads there will do.
    """
    node = _place(mapping, token.node)
    source, _, label = token.edge.partition(".")
    name = token.edge if token.edge == START_EDGE else f"{_place(mapping, NodeId(source))}.{label}"
    if new.targets.get(name) == node:
        return name
    is_join = new.nodes[node].routing in _JOINS
    return None if is_join or not new.incoming[node] else new.incoming[node][0]


def _goes(token: Token, mapping: Mapped) -> Reason:
    target = _place(mapping, token.node)
    if target == token.node:
        return reason("stands", node=target)
    return reason("goes", node=token.node, target=target)


def _memory(memory: Memory, mapping: Mapped) -> Memory:
    """What people did before, at the nodes as they are called now."""
    acts = tuple(one._replace(node=_place(mapping, one.node)) for one in memory.acts)
    detours = tuple(
        one._replace(to=_place(mapping, one.to), back=_place(mapping, one.back))
        for one in memory.detours
    )
    return memory._replace(acts=acts, detours=detours)
