"""Ask the rules about a record, with facts loaded fresh where a decision reached behind a link."""

from __future__ import annotations

from dataclasses import replace

from engines.form.model import Form
from engines.messages import RuleDecided, Trace
from engines.rules.evaluate import Decision, decide
from engines.rules.model import Trigger
from engines.values import FormId, RecordId
from runtime.facts import system_values
from runtime.perform.work import Work
from runtime.ports import Record


def decided(
    work: Work, trigger: Trigger, form: Form, record: Record, old: Record | None
) -> Decision:
    """What the rules of a trigger decide about the record as it would be saved."""
    old_values = {**old.values, **system_values(old)} if old is not None else None
    rules = work.app.definition.rules
    facts = work.facts(form.id, record, old_values)
    decision = decide(rules, trigger, facts, form.id, record.id)
    while decision.has_more:
        linked = replace(record, values={**record.values, **decision.values})
        facts = work.facts(form.id, linked, old_values)
        decision = decide(rules, trigger, facts, form.id, record.id, resume=decision)
    return decision


def tell_decision(work: Work, form: FormId, record: RecordId, decision: Decision) -> None:
    """Keep why the rules that fired did so, with the version they are of."""
    if decision.fired:
        seen = decision.trace
        trace = Trace(seen.source, work.app.number, seen.steps)
        work.tell(RuleDecided(form, record, trace, decision.fired))
