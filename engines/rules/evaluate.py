"""Decide what the rules of one trigger do to a record. Changes nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeAlias

from engines.action import Occasion
from engines.cron import Cron, next_time
from engines.messages import Effect, Trace, TraceStep
from engines.rules.model import Changed, Rule, Trigger
from engines.rules.ruleset import Bundle, RuleSet
from engines.values import Facts, FormId, RecordId, RuleId, Value, Values

_NO_VALUES: dict[str, Value] = {}


# What was tried on one state of the facts: the facts, and as bits the rules tried and the one that
# fired, if any.
_Pass: TypeAlias = tuple[Facts, int, int]


class Decision(NamedTuple):
    """What the rules want, and the evidence for explaining it. A NamedTuple as it is hot.

    `values` are to be set on the own record, `effects` to be carried out. `has_more`: a link was
    set through which a later rule reads; apply the values, load fresh facts and `decide` with
    this decision as `resume`.
    """

    values: Values
    effects: tuple[Effect, ...]
    fired: tuple[RuleId, ...]
    bundle: Bundle | None = None
    passes: tuple[_Pass, ...] = ()
    has_more: bool = False
    position: int = 0

    @property
    def trace(self) -> Trace:
        """The rules that fired, each with what its condition saw; `version` is the caller's."""
        bundle = self.bundle
        if bundle is None:
            return Trace("rules", 0, ())
        found = [
            _step("rule_matched", bundle, fired.bit_length() - 1, facts)
            for facts, _, fired in self.passes
            if fired
        ]
        return Trace(_source(self.fired), 0, tuple(found))

    def explain(self) -> Trace:
        """Every rule of the trigger: which fired, which lost and why, with the values seen."""
        bundle = self.bundle
        if bundle is None:
            return self.trace
        found: list[TraceStep] = []
        seen = 0
        for facts, tried, fired in self.passes:
            seen |= tried
            for number in _numbers(tried):
                what = "rule_matched" if fired >> number & 1 else "rule_lost"
                found.append(_step(what, bundle, number, facts))
        untried = bundle.everything & ~seen  # kept out by a `stop`, or waiting for other fields
        found += [TraceStep("rule_not_tried", bundle.rules[n].id) for n in _numbers(untried)]
        return Trace(_source(self.fired), 0, tuple(found))


NOTHING = Decision(_NO_VALUES, (), ())


def decide(
    rules: RuleSet,
    trigger: Trigger,
    facts: Facts,
    form: FormId,
    record: RecordId,
    *,
    resume: Decision | None = None,
) -> Decision:
    """What the rules of `trigger` decide, in the order of priority, each at most once.

    Later rules see what earlier ones have set. Conditions are evaluated only where the index
    cannot answer.
    """
    bundle = rules.bundle(trigger)
    if bundle is None:
        return NOTHING
    alive = _waiting_for(bundle, trigger) if bundle.by_field else bundle.everything
    mask = bundle.matcher.possible(facts) & alive
    if resume is not None:
        mask &= -1 << resume.position
        return _Deciding(rules, bundle, alive, resume).run(mask, facts, form, record)
    while mask:
        bit = mask & -mask
        number = bit.bit_length() - 1
        if bundle.exact & bit or bundle.rules[number].holds(facts):
            shortcut = bundle.shortcuts[number]
            if shortcut is None:
                return _Deciding(rules, bundle, alive, None).run(mask, facts, form, record)
            values, fired = shortcut
            evidence = ((facts, alive & (2 * bit - 1), bit),)
            return Decision._make((values, (), fired, bundle, evidence, False, 0))
        mask ^= bit
    return Decision(_NO_VALUES, (), (), bundle, ((facts, alive, 0),))


def next_run(cron: Cron, after: datetime) -> datetime:
    """The next time of a schedule after `after`, in the zone of `after`."""
    return next_time(cron, after)


class _Deciding:
    """One call of `decide` on its way through the candidates."""

    __slots__ = ("alive", "bundle", "effects", "fired", "passes", "rules", "values")

    def __init__(
        self, rules: RuleSet, bundle: Bundle, alive: int, resume: Decision | None
    ) -> None:
        self.rules = rules
        self.bundle = bundle
        self.alive = alive
        self.values: dict[str, Value] = dict(resume.values) if resume else {}
        self.effects: list[Effect] = list(resume.effects) if resume else []
        self.fired: list[RuleId] = list(resume.fired) if resume else []
        self.passes: list[_Pass] = list(resume.passes) if resume else []

    def run(self, mask: int, facts: Facts, form: FormId, record: RecordId) -> Decision:
        bundle, alive, recompute = self.bundle, self.alive, self.rules.recompute
        start = 0  # of the pass over the present facts, as a bit number
        while mask:
            bit = mask & -mask
            mask ^= bit
            number = bit.bit_length() - 1
            rule = bundle.rules[number]
            if not bundle.exact & bit and not rule.holds(facts):
                continue
            written = self._fire(rule, facts, form, record, has_effects=bool(bundle.acts & bit))
            self.passes.append((facts, alive & ((2 << number) - (1 << start)), bit))
            start = number + 1
            if rule.stop:
                return self._decision()
            if not written:
                continue
            if not bundle.through.isdisjoint(written) and start < len(bundle.rules):
                return self._unfinished(start)
            values: Values = {**facts["record"], **written}
            facts = {**facts, "record": values}
            # the same map where nothing follows from what was written
            settled = recompute(form, values, frozenset(written), facts) if recompute else values  # type: ignore[arg-type]
            if settled is not values:
                facts = {**facts, "record": settled}
            if settled is not values or not bundle.read.isdisjoint(written):
                mask = bundle.matcher.possible(facts) & alive & -1 << start
        self.passes.append((facts, alive & ((1 << len(bundle.rules)) - (1 << start)), 0))
        return self._decision()

    def _fire(
        self, rule: Rule, facts: Facts, form: FormId, record: RecordId, *, has_effects: bool
    ) -> dict[str, Value]:
        """Collect what the rule's actions want; the values it sets."""
        written: dict[str, Value] = {}
        seen = facts
        for number, action in enumerate(rule.actions):
            values = action.values(seen)
            if values:
                written.update(values)
                if number + 1 < len(rule.actions):
                    seen = {**seen, "record": {**seen["record"], **values}}
            if has_effects and action.has_effects:
                reason = f"rules.{rule.id}"
                key = f"{reason}.{record}.{_moment(facts)}.{number}"
                self.effects.extend(action.effects(seen, Occasion(form, record, reason, key)))
        self.fired.append(rule.id)
        self.values.update(written)
        return written

    def _decision(self) -> Decision:
        return Decision(
            self.values, tuple(self.effects), tuple(self.fired), self.bundle, tuple(self.passes)
        )

    def _unfinished(self, position: int) -> Decision:
        return Decision(
            self.values,
            tuple(self.effects),
            tuple(self.fired),
            self.bundle,
            tuple(self.passes),
            has_more=True,
            position=position,
        )


def _waiting_for(bundle: Bundle, trigger: Trigger) -> int:
    if not isinstance(trigger, Changed):
        return bundle.everything
    mask = bundle.any_field
    for field in trigger.fields:
        mask |= bundle.by_field.get(field, 0)
    return mask


def _numbers(mask: int) -> list[int]:
    """The set bits, lowest first."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def _step(what: str, bundle: Bundle, number: int, facts: Facts) -> TraceStep:
    record = facts["record"]
    seen = [
        (label, record.get(key) if root == "record" else _fact(facts, root, key))
        for label, root, key in bundle.reads[number]
    ]
    return TraceStep(what, bundle.rules[number].id, what == "rule_matched", tuple(seen))


def _fact(facts: Facts, root: str, key: str) -> Value:
    value = facts.get(root)
    if not key or value is None:
        return value
    return value.get(key)


def _moment(facts: Facts) -> str:
    now = facts.get("now")
    return now.isoformat() if isinstance(now, datetime) else ""


def _source(fired: tuple[RuleId, ...]) -> str:
    return f"rules.{fired[0]}" if len(fired) == 1 else "rules"
