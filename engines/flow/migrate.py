"""Bring a running instance to another version of its flow: what becomes of each token, and why.

Pure, and all or nothing: an instance moves when every token has a place, with its task and its
timers; else a person must look. Timers that only the new version has start with the move: those at
the boundary, and those of a wait, if the facts say when. Storing what moves is the runtime's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from engines.errors import Conflict
from engines.flow.instance import Instance, Status, Token
from engines.flow.memory import Memory
from engines.flow.migrate_timers import NewTimer, is_known, new_timers, own_names
from engines.flow.model import START_EDGE, Flow, Node, Routing
from engines.messages import CancelTimer, StartTimer
from engines.plain import changed
from engines.values import Facts, NodeId, Value

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
    "timer_new": "node {node!r} waits for a time {timer!r} there that the record does not say",
    "other_flow": "node {target!r} starts another flow than {node!r} has started",
    "branch_gone": "the branch {edge!r} by which something came to {node!r} is not there",
}


class Reason(NamedTuple):
    """Why, as data: a page says it in its reader's language; as text it is an English sentence."""

    code: str
    about: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**dict(self.about))


class Beside(NamedTuple):
    """What is known beside the instance: its facts, where `asks_facts` wants them.

    `dropped` are refs of timers that go without a word, as the migration to undo has started them.
    """

    facts: Facts | None = None
    dropped: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one instance, and why; `places` are the nodes its tokens go to, by token."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    places: tuple[tuple[int, NodeId, str], ...] = ()  # token, node, edge
    starts: tuple[NewTimer, ...] = ()
    drops: tuple[str, ...] = ()  # refs of timers that an undone migration had started

    @property
    def started(self) -> tuple[str, ...]:
        """Refs of the timers that start; `plan` wants them as `dropped` to undo this."""
        return tuple(timer.ref for timer in self.starts)

    def timers(self, now: datetime) -> tuple[StartTimer | CancelTimer, ...]:
        """What is to be done about timers; new ones run from `now`, not from the arrival."""
        started = (one.starting(now) for one in self.starts)
        return (*map(CancelTimer, self.drops), *started)


_NOTHING_BESIDE: Final = Beside()


def reason(code: str, **about: str) -> Reason:
    """A reason by its code, with what it speaks of."""
    return Reason(code, tuple(about.items()))


def plan(
    old: Flow,
    new: Flow,
    mapping: Mapped,
    instance: Instance,
    version: int,
    beside: Beside = _NOTHING_BESIDE,
) -> Fate:
    """What becomes of the instance when it is brought to `version`, which is `new`."""
    if instance.status is Status.ENDED:
        return Fate(Verdict.STAYS, (reason("ended"),))
    if instance.version == version:
        return Fate(Verdict.STAYS, (reason("there_already", version=str(version)),))
    if old.form != new.form:
        return Fate(Verdict.NEEDS_A_PERSON, (reason("other_form", form=new.form),))
    bare = [_without(token, beside.dropped) for token in instance.tokens]
    facts = _facts(instance, beside)
    reasons = [one for token in bare for one in _obstacles(old, new, mapping, token, facts)]
    if reasons:
        return Fate(Verdict.NEEDS_A_PERSON, tuple(dict.fromkeys(reasons)))
    places = tuple(
        (token.id, _place(mapping, token.node), _edge(new, mapping, token) or "")
        for token in instance.tokens
    )
    goes = tuple(_goes(token, mapping) for token in instance.tokens)
    starts = [
        one
        for token in bare
        for one in new_timers(*_both(old, new, mapping, token.node), token, facts)
    ]
    drops = tuple(
        ref for token in instance.tokens for ref in _refs(token) if ref in beside.dropped
    )
    return Fate(Verdict.MOVES, goes, places, tuple(starts), drops)


def asks_facts(old: Flow, new: Flow, mapping: Mapped, instance: Instance) -> bool:
    """Whether what becomes of the instance may hang on the facts about its record."""
    return any(
        own_names(*_both(old, new, mapping, token.node), token)
        for token in instance.tokens
        if _place(mapping, token.node) in new.nodes
    )


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
    return changed(instance, version=version, tokens=tokens, memory=memory, held=held)


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
    added = tuple(timer.name for timer in fate.starts if timer.token == token.id)
    state = renamed(token.state, token.node, node)
    return changed(token, node=node, edge=edge, state=state, timers=(*kept, *added))


def _refs(token: Token) -> list[str]:
    return [f"{token.id}.{name}" for name in token.timers]


def _without(token: Token, dropped: Collection[str]) -> Token:
    kept = tuple(name for name in token.timers if f"{token.id}.{name}" not in dropped)
    return changed(token, timers=kept)


def _facts(instance: Instance, beside: Beside) -> Facts | None:
    """The facts as the instance's own expressions have them."""
    if beside.facts is None:
        return None
    facts = {**beside.facts, "initiator": instance.initiator}
    chosen = instance.memory.chosen
    return {**facts, "chosen": list(chosen)} if chosen else facts


def _obstacles(
    old: Flow, new: Flow, mapping: Mapped, token: Token, facts: Facts | None
) -> Iterator[Reason]:
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
    for timer in own_names(before, after, token):
        if not is_known(after, timer, token, facts):
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


def _both(old: Flow, new: Flow, mapping: Mapped, node: NodeId) -> tuple[Node, Node]:
    """A node and the one that stands for it there."""
    return old.nodes[node], new.nodes[_place(mapping, node)]


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
    acts = tuple(changed(one, node=_place(mapping, one.node)) for one in memory.acts)
    detours = tuple(
        changed(one, to=_place(mapping, one.to), back=_place(mapping, one.back))
        for one in memory.detours
    )
    return changed(memory, acts=acts, detours=detours)
