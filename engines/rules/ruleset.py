"""All rules of an app, put in order and indexed once at publish; `evaluate.py` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from engines.action import FactPath
from engines.rules.conditions import Found, take_apart
from engines.rules.matcher import Column, Matcher, reader
from engines.rules.model import (
    Changed,
    Created,
    Deleted,
    Due,
    OnChanged,
    OnCreated,
    OnDeleted,
    OnSchedule,
    OnTimeAfter,
    Rule,
    Schedule,
    TimeAfter,
    Trigger,
)
from engines.values import Facts, FieldId, FormId, RuleId, Value, Values

# From a form, a record's values, the fields that changed and the facts: the values with all
# computed fields brought up to date.
Recompute: TypeAlias = Callable[[FormId, Values, frozenset[FieldId], Facts], Values]

_NO_FIELDS: frozenset[FieldId] = frozenset()


@dataclass(frozen=True, slots=True)
class Bundle:
    """The rules of one trigger, first to last, and what finds those that may fire."""

    rules: tuple[Rule, ...]
    matcher: Matcher
    exact: int  # rules whose whole condition the axes decide
    everything: int
    by_field: Mapping[FieldId, int]  # rules that wait for a change of the field
    any_field: int  # rules that wait for any change
    acts: int  # rules with actions beyond setting fields
    # What a rule that stops and only sets fixed values decides, and its id; else None.
    shortcuts: tuple[tuple[Values, tuple[RuleId, ...]] | None, ...]
    reads: tuple[tuple[tuple[str, str, str], ...], ...]  # of each condition: label, root, key
    read: frozenset[str]  # fields of the record that some condition reads
    through: frozenset[str]  # link fields through which something is read


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every rule of an app by trigger."""

    rules: Mapping[RuleId, Rule]
    bundles: Mapping[tuple[type[Trigger], str], Bundle]
    recompute: Recompute | None = None
    # those that wait for a time after a field
    waiting: Mapping[FormId, tuple[TimeAfter, ...]] = field(default_factory=dict)

    def bundle(self, trigger: Trigger) -> Bundle | None:
        """The rules of the trigger; None, and no facts need be loaded, when none waits for it."""
        if isinstance(trigger, Due):
            return self.bundles.get((Due, trigger.rule))
        return self.bundles.get((trigger.__class__, trigger.form))

    def needs(self, form: FormId) -> frozenset[FactPath]:
        """Every fact that rules over records of `form` read."""
        own = [rule.paths for rule in self.rules.values() if rule.form == form]
        return frozenset().union(*own)

    def schedules(self) -> tuple[Schedule, ...]:
        """The rules that run at times of the clock."""
        return tuple(
            Schedule(rule.id, rule.on.cron, rule.on.form)
            for rule in self.rules.values()
            if isinstance(rule.on, OnSchedule)
        )


def compile_rules(rules: Iterable[Rule], recompute: Recompute | None = None) -> RuleSet:
    """The rules in order and indexed. `recompute` brings computed fields up to date in between."""
    kept = tuple(rules)
    by_trigger: dict[tuple[type[Trigger], str], list[Rule]] = {}
    for rule in kept:
        by_trigger.setdefault(_key_of(rule), []).append(rule)
    bundles = {key: build_bundle(own) for key, own in by_trigger.items()}
    by_id = {rule.id: rule for rule in kept}
    return RuleSet(by_id, bundles, recompute, _waiting(kept))


def _waiting(rules: Iterable[Rule]) -> Mapping[FormId, tuple[TimeAfter, ...]]:
    """The rules that wait for a time after a field, by form: asked for with every change."""
    found: dict[FormId, tuple[TimeAfter, ...]] = {}
    for rule in rules:
        if isinstance(rule.on, OnTimeAfter):
            one = TimeAfter(rule.id, rule.on.form, rule.on.field, rule.on.delay)
            found[rule.on.form] = (*found.get(rule.on.form, ()), one)
    return found


def build_bundle(rules: Sequence[Rule]) -> Bundle:
    """Order and index the rules of one trigger."""
    ordered = tuple(sorted(rules, key=lambda rule: -rule.priority))  # sorting keeps ties in order
    parts = [take_apart(rule.when) for rule in ordered]
    paths = [rule.paths for rule in ordered]
    record_keys = {key for own in paths for root, key in own if root == "record"}
    return Bundle(
        rules=ordered,
        matcher=Matcher(_columns([found for found, _ in parts]), len(ordered)),
        exact=_bits(is_whole for _, is_whole in parts),
        everything=(1 << len(ordered)) - 1,
        by_field=_by_field(ordered),
        any_field=_bits(not _fields_of(rule) for rule in ordered),
        acts=_bits(any(action.has_effects for action in rule.actions) for rule in ordered),
        shortcuts=tuple(_shortcut(rule) for rule in ordered),
        reads=tuple(_reads(rule) for rule in ordered),
        read=frozenset(record_keys),
        through=frozenset(key.split(".", 1)[0] for key in record_keys if "." in key),
    )


def _key_of(rule: Rule) -> tuple[type[Trigger], str]:
    match rule.on:
        case OnCreated():
            return Created, rule.on.form
        case OnChanged():
            return Changed, rule.on.form
        case OnDeleted():
            return Deleted, rule.on.form
        case OnSchedule() | OnTimeAfter():
            return Due, rule.id
        case _:
            assert_never(rule.on)


def _columns(parts: Sequence[tuple[Found, ...]]) -> list[Column]:
    paths = {(path.root, path.key): path for found in parts for path, _ in found}
    return [
        Column(
            reader(*key),
            key,
            path.type,
            [tuple(c for at, c in found if (at.root, at.key) == key) for found in parts],
        )
        for key, path in paths.items()
    ]


def _shortcut(rule: Rule) -> tuple[Values, tuple[RuleId, ...]] | None:
    if not rule.stop or any(not action.is_fixed for action in rule.actions):
        return None
    values: dict[str, Value] = {}
    for action in rule.actions:
        values.update(action.values({}))
    return values, (rule.id,)


def _reads(rule: Rule) -> tuple[tuple[str, str, str], ...]:
    paths = sorted(rule.when.paths) if rule.when is not None else []
    return tuple((f"{root}.{key}" if key else root, root, key) for root, key in paths)


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)


def _fields_of(rule: Rule) -> frozenset[FieldId]:
    return rule.on.fields if isinstance(rule.on, OnChanged) else _NO_FIELDS


def _by_field(rules: Sequence[Rule]) -> dict[FieldId, int]:
    fields = {field for rule in rules for field in _fields_of(rule)}
    return {field: _bits(field in _fields_of(rule) for rule in rules) for field in sorted(fields)}
