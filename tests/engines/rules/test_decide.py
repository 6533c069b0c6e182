"""Which rules fire, in which order, on what they see, and how it is explained.

Long because every way in which rules meet has its case.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engines.messages import AssignField, AssignFromPool, CreateRecord, Notify, StartFlow, ToUser
from engines.rules.evaluate import Decision, decide
from engines.rules.model import Changed, Created, Deleted, Due, Trigger
from engines.rules.ruleset import RuleSet, compile_rules
from engines.values import FieldId, FormId, RuleId
from tests.support.processes import RECORD, TICKET, facts, read_processes

ON = "on: {created: ticket}"
LEAST_BUSY = AssignFromPool("agent", "least_busy")


def the_rules(*rules: str, flows: str = "") -> RuleSet:
    """Rules r0, r1, … in this order, each the inside of a flow map."""
    lines = [f"  r{number}: {{{rule}}}" for number, rule in enumerate(rules)]
    made = read_processes("rules:\n" + "\n".join(lines) + "\n" + flows)
    assert not made.sentences, made.sentences
    return compile_rules(made.rules)


def deciding(rules: RuleSet, trigger: Trigger | None = None, **record: Any) -> Decision:
    given = facts(**record)
    return decide(rules, trigger or Created(TICKET), given, TICKET, RECORD)


def test_rule_sets_fields_when_its_condition_holds():
    rules = the_rules(
        f"{ON}, when: \"contains(record.subject, 'refund')\", do: [{{set: {{priority: high}}}}]"
    )

    decision = deciding(rules, subject="A Refund, please")

    assert decision.values == {"priority": "high"}
    assert decision.fired == ("r0",)
    assert decision.effects == ()


def test_rule_whose_condition_fails_does_nothing():
    rules = the_rules(f"{ON}, when: record.status == 'new', do: [{{set: {{priority: high}}}}]")

    decision = deciding(rules, status="open")

    assert decision.values == {}
    assert decision.fired == ()


def test_rule_without_condition_always_fires():
    rules = the_rules(f"{ON}, do: [{{set: {{priority: high}}}}]")

    assert deciding(rules).fired == ("r0",)


def test_higher_priority_runs_first_and_ties_keep_the_order_written():
    one = f"{ON}, do: [{{set: {{priority: high}}}}]"
    rules = the_rules(
        one, f"{one}, priority: 5", one, f"{one}, priority: -1", f"{one}, priority: 5"
    )

    assert deciding(rules).fired == ("r1", "r4", "r0", "r2", "r3")


def test_stop_keeps_later_rules_from_running():
    rules = the_rules(
        f"{ON}, when: record.urgent, stop: true, do: [{{set: {{priority: high}}}}]",
        f"{ON}, do: [{{set: {{priority: low}}}}]",
    )

    stopped, passed = deciding(rules, urgent=True), deciding(rules, urgent=False)

    assert stopped.values == {"priority": "high"}
    assert passed.values == {"priority": "low"}


def test_later_rules_see_what_earlier_ones_set():
    rules = the_rules(
        f"{ON}, do: [{{set: {{status: open}}}}]",
        f"{ON}, when: record.status == 'open', do: [{{set: {{priority: high}}}}]",
        f"{ON}, when: record.status == 'new', do: [{{set: {{impact: low}}}}]",
    )

    decision = deciding(rules, status="new")

    assert decision.fired == ("r0", "r1")
    assert decision.values == {"status": "open", "priority": "high"}


def test_actions_of_one_rule_see_each_other():
    rules = the_rules(
        f"{ON}, do: [{{set: {{count: 4}}}}, {{set_value: {{amount: record.count * 2}}}}]"
    )

    assert deciding(rules, count=1).values == {"count": 4, "amount": 8}


def test_rule_fires_once_though_it_keeps_its_own_condition_true():
    rules = the_rules(
        f"{ON}, when: record.count > 0, do: [{{set_value: {{count: record.count + 1}}}}]",
        f"{ON}, when: record.count > 0, do: [{{set_value: {{count: record.count + 1}}}}]",
    )

    decision = deciding(rules, count=1)

    assert decision.fired == ("r0", "r1")
    assert decision.values == {"count": 3}


def test_earlier_rule_is_not_run_again_by_a_later_one():
    rules = the_rules(
        f"{ON}, when: record.status == 'done', do: [{{set: {{impact: low}}}}]",
        f"{ON}, do: [{{set: {{status: done}}}}]",
    )

    assert deciding(rules, status="new").fired == ("r1",)


def test_changed_rules_wait_for_their_fields():
    change = "on: {changed: ticket, fields: [status, impact]}, do: [{set: {priority: high}}]"
    rules = the_rules(change, "on: {changed: ticket}, do: [{set: {urgent: true}}]")
    triggers = [
        Changed(TICKET, frozenset(map(FieldId, names))) for names in (["impact"], ["count"])
    ]

    fired = [deciding(rules, trigger).fired for trigger in triggers]

    assert fired == [("r0", "r1"), ("r1",)]


def test_condition_may_compare_with_the_value_before():
    rules = the_rules(
        "on: {changed: ticket}, when: old.status == 'new' and record.status == 'open', "
        "do: [{set: {priority: low}}]"
    )
    given = {**facts(status="open"), "old": {"status": "new"}}
    trigger = Changed(TICKET, frozenset({FieldId("status")}))

    decision = decide(rules, trigger, given, TICKET, RECORD)

    assert decision.fired == ("r0",)


@pytest.mark.parametrize(
    ("trigger", "fired"),
    [
        (Created(TICKET), ("r0",)),
        (Deleted(TICKET), ("r1",)),
        (Due(RuleId("r2")), ("r2",)),
        (Due(RuleId("r3")), ("r3",)),
        (Created(FormId("customer")), ()),
        (Due(RuleId("r0")), ()),
    ],
)
def test_each_trigger_runs_its_own_rules(trigger: Trigger, fired: tuple[str, ...]):
    act = "do: [{set: {priority: high}}]"
    rules = the_rules(
        f"{ON}, {act}",
        f"on: {{deleted: ticket}}, {act}",
        f'on: {{schedule: {{cron: "0 9 * * 1-5", each: ticket}}}}, {act}',
        f"on: {{after: {{form: ticket, field: due, delay: 4h}}}}, {act}",
    )

    decision = deciding(rules, trigger)

    assert decision.fired == fired
    assert (rules.bundle(trigger) is not None) == bool(fired)


def test_timers_of_rules_are_data_for_the_runtime():
    act = "do: [{set: {priority: high}}]"
    rules = the_rules(
        f'on: {{schedule: {{cron: "0 9 * * 1-5", each: ticket}}}}, {act}',
        f"on: {{after: {{form: ticket, field: due, delay: 4h}}}}, {act}",
    )

    (after,) = rules.waiting[TICKET]
    (schedule,) = rules.schedules()

    assert (after.id, after.field, after.delay) == ("r1", "due", timedelta(hours=4))
    assert (schedule.id, schedule.form, schedule.cron.hours) == ("r0", TICKET, (9,))
    assert FormId("customer") not in rules.waiting


def test_actions_give_effects_with_reason_and_distinct_keys():
    rules = the_rules(
        f"{ON}, do: [{{notify: {{to: {{role: agent}}, template: received}}}}, "
        "{notify: {to: {address: record.customer.email}, template: received, channel: mail}}, "
        "{create: {form: customer, set: {tier: gold}, set_value: {name: record.subject}}}, "
        "{start: {flow: handling}}]",
        flows="flows:\n  handling: {on: {start: ticket}, nodes: {end: {type: end}}}\n",
    )

    decision = deciding(rules, **{"subject": "Hello", "customer.email": "a@example.com"})

    assert [type(one) for one in decision.effects] == [Notify, Notify, CreateRecord, StartFlow]
    assert {one.reason for one in decision.effects} == {"rules.r0"}
    first, second, created, started = decision.effects
    assert first.key != second.key
    assert created.values == {"tier": "gold", "name": "Hello"}
    assert (started.flow, started.record) == ("handling", RECORD)


def test_notification_to_nobody_is_left_out():
    rules = the_rules(f"{ON}, do: [{{notify: {{to: {{field: assignee}}, template: received}}}}]")

    assert deciding(rules, assignee=None).effects == ()


@pytest.mark.parametrize(
    ("source", "values", "effects"),
    [
        ("role: agent, pick: least_busy", {},
         (AssignField("ticket", "r-1", "assignee", LEAST_BUSY, "rules.r0"),)),
        ("user: record.customer.manager", {"assignee": "u-boss"}, ()),
        ("initiator: true", {"assignee": "u-ana"}, ()),
    ],
)  # fmt: skip
def test_assign_sets_whom_it_knows_and_leaves_the_choice_to_the_runtime(
    source: str, values: dict[str, str], effects: tuple[object, ...]
):
    rules = the_rules(f"{ON}, do: [{{assign: {{field: assignee, {source}}}}}]")

    decision = deciding(rules, **{"customer.manager": "u-boss"})

    assert decision.values == values
    assert decision.effects == effects


def test_computed_fields_are_brought_up_to_date_between_rules():
    made = read_processes("""
rules:
  first: {on: {created: ticket}, do: [{set: {count: 5}}]}
  second: {on: {created: ticket}, when: record.doubled == 10, do: [{set: {priority: high}}]}
""")
    rules = compile_rules(made.rules, doubling)

    decision = deciding(rules, count=1, doubled=2)

    assert decision.fired == ("first", "second")
    assert decision.values == {"count": 5, "priority": "high"}


def doubling(form: FormId, record: Any, changed: frozenset[FieldId], given: Any) -> Any:
    assert form == TICKET
    assert given["record"]["count"] == record["count"]
    return {**record, "doubled": record["count"] * 2} if "count" in changed else record


def test_link_that_is_set_asks_for_fresh_facts_before_it_is_read_through():
    rules = the_rules(
        f"{ON}, do: [{{set: {{customer: c-2}}}}]",
        f"{ON}, when: record.customer.tier == 'gold', do: [{{set: {{priority: high}}}}]",
    )

    first = deciding(rules, customer="c-1", **{"customer.tier": "plain"})
    fresh = facts(customer="c-2", **{"customer.tier": "gold"})
    second = decide(rules, Created(TICKET), fresh, TICKET, RECORD, resume=first)

    assert first.has_more
    assert first.fired == ("r0",)
    assert not second.has_more
    assert second.fired == ("r0", "r1")
    assert second.values == {"customer": "c-2", "priority": "high"}


def test_trace_names_what_fired_and_what_it_saw():
    rules = the_rules(
        f"{ON}, when: record.status == 'new' and record.count > 3, do: [{{set: {{amount: 1}}}}]",
        f"{ON}, when: record.urgent, do: [{{set: {{priority: high}}}}]",
    )

    trace = deciding(rules, status="new", count=4, urgent=False).trace

    assert trace.source == "rules.r0"
    assert [(one.what, one.subject, one.seen) for one in trace.steps] == [
        ("rule_matched", "r0", (("record.count", 4), ("record.status", "new"))),
    ]


def test_explanation_tells_which_rules_lost_and_which_were_not_tried():
    rules = the_rules(
        f"{ON}, when: record.urgent, do: [{{set: {{priority: high}}}}]",
        f"{ON}, when: record.status == 'new', stop: true, do: [{{set: {{status: open}}}}]",
        f"{ON}, do: [{{set: {{priority: low}}}}]",
    )

    trace = deciding(rules, status="new", urgent=False).explain()

    assert [(one.what, one.subject) for one in trace.steps] == [
        ("rule_lost", "r0"), ("rule_matched", "r1"), ("rule_not_tried", "r2"),
    ]  # fmt: skip
    assert trace.steps[0].seen == (("record.urgent", False),)


def test_explanation_shows_values_as_each_rule_saw_them():
    rules = the_rules(
        f"{ON}, when: record.status == 'new', do: [{{set: {{status: open}}}}]",
        f"{ON}, when: record.status == 'new', do: [{{set: {{priority: low}}}}]",
    )

    trace = deciding(rules, status="new").explain()

    assert [(one.what, one.seen) for one in trace.steps] == [
        ("rule_matched", (("record.status", "new"),)),
        ("rule_lost", (("record.status", "open"),)),
    ]


def test_rules_list_every_fact_they_read():
    rules = the_rules(
        f"{ON}, when: record.customer.tier != null, do: [{{set_value: {{count: record.count}}}}]",
        f"{ON}, do: [{{assign: {{field: assignee, user: record.customer.manager}}}}]",
    )

    assert rules.needs(TICKET) == {
        ("record", "customer.tier"), ("record", "count"), ("record", "customer.manager"),
    }  # fmt: skip


def test_assigned_person_is_seen_by_later_rules():
    rules = the_rules(
        f"{ON}, do: [{{assign: {{field: assignee, initiator: true}}}}]",
        f"{ON}, do: [{{notify: {{to: {{field: assignee}}, template: received}}}}]",
    )

    decision = deciding(rules, assignee=None)

    assert [one.to for one in decision.effects] == [ToUser("u-ana")]
