"""Decide what the rules of one trigger do to a record. Changes nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from engines.action import Occasion
from engines.messages import Effect, Trace, TraceStep
from engines.rules.cron import Cron, next_time
from engines.rules.model import Changed, Rule, Trigger
from engines.rules.ruleset import Bundle, RuleSet, bundle_key
from engines.values import Facts, FormId, RecordId, RuleId, Value, Values

_NO_VALUES: dict[str, Value] = {}


class _Pass(NamedTuple):
    """What was tried on one state of the facts: these rules, of which those fired."""

    facts: Facts
    tried: int  # bits
    fired: int


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
        return Trace(_source(self.fired), 0, tuple(self._steps(also_lost=False)))

    def explain(self) -> Trace:
        """Every rule of the trigger: which fired, which lost and why, with the values seen."""
        return Trace(_source(self.fired), 0, tuple(self._steps(also_lost=True)))

    def _steps(self, *, also_lost: bool) -> list[TraceStep]:
        found = []
        for facts, tried, fired in self.passes:
            for number, rule in enumerate(self.bundle.rules if self.bundle else ()):
                bit = 1 << number
                if fired & bit:
                    found.append(_step("rule_matched", rule, facts))
                elif also_lost and tried & bit:
                    found.append(_step("rule_lost", rule, facts))
        if also_lost:
            found += self._not_reached()
        return found

    def _not_reached(self) -> list[TraceStep]:
        """Rules that a rule with `stop` kept from being tried, or that wait for other fields."""
        tried = 0
        for one in self.passes:
            tried |= one.tried
        rules = self.bundle.rules if self.bundle else ()
        return [
            TraceStep("rule_not_tried", rule.id)
            for number, rule in enumerate(rules)
            if not tried >> number & 1
        ]


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
    bundle = rules.bundles.get(bundle_key(trigger))
    if bundle is None:
        return NOTHING
    alive = _waiting_for(bundle, trigger)
    position = resume.position if resume is not None else 0
    mask = _candidates(bundle, facts) & alive & -1 << position
    if not mask and resume is None:
        return Decision(_NO_VALUES, (), (), bundle, (_Pass(facts, alive, 0),))
    return _Deciding(rules, bundle, alive, resume).run(mask, facts, form, record)


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
        bundle = self.bundle
        start = 0  # of the pass over the present facts, as a bit number
        while mask:
            bit = mask & -mask
            mask ^= bit
            number = bit.bit_length() - 1
            rule = bundle.rules[number]
            if not bundle.exact & bit and rule.when and not rule.when.evaluate(facts):
                continue
            before = facts
            written = self._fire(rule, facts, form, record, has_effects=bool(bundle.acts & bit))
            if rule.stop:
                return self._decision(before, self._span(start, number), bit)
            if not written:
                self.passes.append(_Pass(before, self._span(start, number), bit))
                start = number + 1
                continue
            self.passes.append(_Pass(before, self._span(start, number), bit))
            start = number + 1
            if not bundle.through.isdisjoint(written) and number + 1 < len(bundle.rules):
                return self._unfinished(start)
            facts = self._overlaid(facts, form, written)
            if not bundle.read.isdisjoint(written) or self.rules.recompute is not None:
                mask = _candidates(bundle, facts) & self.alive & -1 << start
        return self._decision(facts, self._span(start, len(bundle.rules) - 1), 0)

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

    def _overlaid(self, facts: Facts, form: FormId, written: dict[str, Value]) -> dict[str, Any]:
        record: Values = {**facts["record"], **written}
        if self.rules.recompute is not None:
            overlaid = {**facts, "record": record}
            record = self.rules.recompute(form, record, frozenset(written), overlaid)  # type: ignore[arg-type]
        return {**facts, "record": record}

    def _span(self, start: int, end: int) -> int:
        """The bits of the rules from `start` to `end` that were tried."""
        return self.alive & ((2 << end) - (1 << start))

    def _decision(self, facts: Facts, tried: int, fired: int) -> Decision:
        self.passes.append(_Pass(facts, tried, fired))
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


def _candidates(bundle: Bundle, facts: Facts) -> int:
    """The rules that the index leaves possible, as bits."""
    mask = bundle.everything
    for root, key, axis in bundle.axes:
        values = facts[root]
        mask &= axis.possible(values.get(key) if values is not None else None)
        if not mask:
            break
    return mask


def _waiting_for(bundle: Bundle, trigger: Trigger) -> int:
    if not isinstance(trigger, Changed):
        return bundle.everything
    mask = bundle.any_field
    for field in trigger.fields:
        mask |= bundle.by_field.get(field, 0)
    return mask


def _step(what: str, rule: Rule, facts: Facts) -> TraceStep:
    paths = sorted(rule.when.paths) if rule.when is not None else []
    seen = tuple(
        (f"{root}.{key}" if key else root, _fact(facts, root, key)) for root, key in paths
    )
    return TraceStep(what, rule.id, what == "rule_matched", seen)


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
