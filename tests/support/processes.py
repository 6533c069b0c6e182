"""Flows, rules and tables for tests, out of the text an author would write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engines.assignee.catalog import assignee_schema
from engines.connector import connectors_schema, parse_connectors
from engines.context import DefinitionContext
from engines.diagnostics import Problems
from engines.expression.scope import Scope
from engines.flow.advance import Step, advance
from engines.flow.catalog import flows_schema
from engines.flow.check import check_flow
from engines.flow.instance import Instance
from engines.flow.model import Flow
from engines.flow.parse import flow_form, parse_flow
from engines.flow.person_signals import PeopleFound, Voice
from engines.flow.signals import Signal, Started, TaskCompleted
from engines.form.catalog import forms_definitions, forms_schema
from engines.form.outline import OutlineContext, outline_form
from engines.messages import (
    FindPeople,
    OpenTask,
    OrElse,
    Recipient,
    SetFields,
    StartTimer,
    ToNobody,
    ToPool,
    ToUser,
)
from engines.rules.catalog import action_schema, actions_schema, parse_actions
from engines.rules.model import Rule
from engines.rules.parse import parse_rule, rules_schema
from engines.rules.table import Table, parse_table, table_function, tables_schema
from engines.shape import coerce_and_validate
from engines.source.read import read_source
from engines.values import FlowId, FormId, InstanceId, RecordId, RoleId, RuleId, TableId, UserId
from tests.support.forms import NOW, TODAY, USER, scope_of

ANA, BEN, CLEO = UserId("u-ana"), UserId("u-ben"), UserId("u-cleo")
TICKET = FormId("ticket")
RECORD = RecordId("r-1")
ROLES = ("agent", "clerk", "supervisor", "legal", "quality")

FORMS = """
forms:
  customer:
    fields:
      name: {type: text}
      tier: {type: select, options: {gold: Gold, plain: Plain}}
      email: {type: email}
      manager: {type: user}
  order:
    fields:
      status: {type: select, options: {new: New, done: Done}}
  ticket:
    fields:
      subject: {type: text}
      status: {type: select, options: {new: New, open: Open, done: Done}}
      priority: {type: select, options: {high: High, low: Low}}
      impact: {type: select, options: {high: High, medium: Medium, low: Low}}
      urgency: {type: select, options: {high: High, medium: Medium, low: Low}}
      amount: {type: decimal}
      count: {type: integer}
      doubled: {type: formula, result: number, value: record.count * 2}
      urgent: {type: checkbox}
      due: {type: datetime}
      assignee: {type: user}
      customer: {type: link, form: customer}
      order: {type: link, form: order}
"""


@dataclass(slots=True)
class Definition:
    """The processes of a text, and the sentences of what is wrong with them."""

    flows: dict[FlowId, Flow] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    tables: dict[TableId, Table] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


def read_processes(text: str, forms: str = FORMS) -> Definition:
    """The sections flows, rules and tables of a text over the forms above."""
    problems = Problems()
    source = read_source(forms + text, "app.yaml")
    data: Any = coerce_and_validate(source, _schema(), problems)
    made = Definition()
    context = _context(data, problems)
    for name, one in (data.get("tables") or {}).items():
        table = parse_table(TableId(name), one, context)
        if table is not None:
            made.tables[table.id] = table
    context = _with_tables(context, made.tables)
    for name, one in (data.get("rules") or {}).items():
        rule = parse_rule(RuleId(name), one, context)
        made.rules += [rule] if rule is not None else []
    for name, one in (data.get("flows") or {}).items():
        flow = parse_flow(FlowId(name), one, context)
        if flow is not None:
            made.flows[flow.id] = flow
            check_flow(flow, problems)
    made.sentences = [str(one) for one in problems.sorted(source)]
    return made


def read_flow(nodes: str, on: str = "{start: ticket}") -> Definition:
    """A definition with the flow `handling`, which has these nodes."""
    body = "\n".join(f"      {line}" for line in nodes.strip("\n").splitlines())
    return read_processes(f"flows:\n  handling:\n    on: {on}\n    nodes:\n{body}\n")


def a_flow(nodes: str, *, on: str = "{start: ticket}") -> Flow:
    """A flow with these nodes; it must be right."""
    made = read_flow(nodes, on)
    assert not made.sentences, made.sentences
    return made.flows[FlowId("handling")]


def an_unsound_flow(nodes: str, code: str) -> Flow:
    """A flow that publishing refuses with this code alone; the engine must survive it."""
    made = read_flow(nodes)
    assert [sentence[-5:-1] for sentence in made.sentences] == [code], made.sentences
    return made.flows[FlowId("handling")]


def facts(**record: Any) -> dict[str, Any]:
    """Facts of a moment in March about a ticket with these fields."""
    return {"record": record, "old": None, "user": USER, "now": NOW, "today": TODAY}


@dataclass(slots=True)
class Case:
    """An instance at work, saved and loaded between every two steps.

    Stands for the runtime in two things only: values that are set are there in the next step, and
    who a recipient is that only the directory knows stands in `staff`, by the recipient's repr.
    """

    flow: Flow
    record: dict[str, Any] = field(default_factory=dict)
    now: datetime = NOW
    instance: Instance = field(init=False)
    effects: list[Any] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    staff: dict[str, tuple[UserId, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance = Instance.new(
            id=InstanceId("i-1"), flow=self.flow.id, version=3, form=TICKET, record=RECORD
        )

    def send(self, signal: Signal) -> Step:
        """Advance by one signal, through real JSON text."""
        before = self.instance.to_json()
        given = {**facts(**self.record), "now": self.now}
        step = advance(self.flow, Instance.from_json(before), signal, given, self.now)
        assert Instance.from_json(step.instance.to_json()) == step.instance
        self.instance = Instance.from_json(step.instance.to_json())
        self.effects += step.effects
        self.steps.append(step)
        for effect in step.effects:
            if isinstance(effect, SetFields):
                self.record.update(effect.values)
            if isinstance(effect, FindPeople):
                found = tuple(self.voices(one) for one in effect.recipients)
                self.send(PeopleFound(effect.token, found))
        return step

    def voices(self, recipient: Recipient) -> tuple[Voice, ...]:
        """Who a recipient turns out to be: as written, else as `staff` says."""
        match recipient:
            case ToUser(user):
                return (Voice(user=user),)
            case ToPool(role):
                return (Voice(role=role),)
            case ToNobody():
                return ()
            case OrElse(first, then):
                return self.voices(first) or self.voices(then)
            case _:
                return tuple(Voice(user=one) for one in self.staff.get(repr(recipient), ()))

    def start(self, by: UserId | None = ANA) -> Step:
        """Begin."""
        return self.send(Started(by))

    def complete(
        self, node: str, outcome: str = "done", by: UserId = ANA, comment: str = ""
    ) -> Step:
        """Finish the oldest open task of `node`."""
        key = next(key for key in self.open_tasks() if key.split(".")[0] == node)
        return self.send(TaskCompleted(key, outcome, by, comment))

    def open_tasks(self) -> list[str]:
        """Keys of the open tasks, as the instance knows them."""
        return [
            key
            for token in self.instance.tokens
            for key in self.flow.nodes[token.node].behaviour.open_keys(token)
        ]

    def timers(self) -> dict[str, datetime]:
        """The timers started so far, by ref."""
        return {one.ref: one.due_at for one in self.effects if isinstance(one, StartTimer)}

    def tasks(self) -> list[OpenTask]:
        """The tasks opened so far."""
        return [one for one in self.effects if isinstance(one, OpenTask)]

    def later(self, hours: float) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)


def _schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "forms": forms_schema(),
            "flows": flows_schema(),
            "rules": rules_schema(),
            "tables": tables_schema(),
            "connectors": connectors_schema(),
        },
        "$defs": {
            **forms_definitions(),
            "action": action_schema(),
            "actions": actions_schema(),
            "assignee": assignee_schema(),
        },
    }


def _context(data: Mapping[str, Any], problems: Problems) -> DefinitionContext:
    forms = data["forms"]
    outlining = OutlineContext(
        problems,
        locales=("en", "zh"),
        currency="CNY",
        forms=frozenset(FormId(one) for one in forms),
        roles=frozenset(RoleId(role) for role in ROLES),
    )
    outlines = {
        FormId(one): outline_form(FormId(one), form, outlining) for one, form in forms.items()
    }
    scopes = {form: scope_of(one, outlines) for form, one in outlines.items()}
    context = DefinitionContext(
        problems=problems,
        locales=("en", "zh"),
        time_zone="UTC",
        forms={form: one.facts(outlines) for form, one in outlines.items()},
        roles=frozenset(RoleId(role) for role in ROLES),
        templates=frozenset({"received", "overdue"}),
        flows={FlowId(n): flow_form(one) for n, one in (data.get("flows") or {}).items()},
        scope=scopes.__getitem__,
        actions=lambda written, path, form: parse_actions(written, path, form, context),
        connectors=parse_connectors(data.get("connectors") or {}, ("en",)),
    )
    return context


def _with_tables(context: DefinitionContext, tables: Mapping[TableId, Table]) -> DefinitionContext:
    def scope(form: FormId) -> Scope:
        own = {name: table_function(one) for name, one in tables.items() if one.form == form}
        return replace(context.scope(form), tables=own)

    with_tables = replace(
        context,
        scope=scope,
        actions=lambda written, path, form: parse_actions(written, path, form, with_tables),
    )
    return with_tables
