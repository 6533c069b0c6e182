"""What a timer is for, for people: which kind it is, of what step, rule or flow, of which record.

A timer has only its ref; what that names is looked up here, as far as the reader may know it. The
words stand in the pages' catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engines.flow.instance import Instance
from engines.flow.timers import DUE
from engines.values import FlowId, FormId, LocaleText, RecordId, RuleId
from runtime.access.view import Looking
from runtime.live import Live
from runtime.ports import InstanceRow, TimerRow

TimerKind = Literal[
    "due", "named", "wait", "clock", "rule", "rule_schedule", "flow_schedule", "gone"
]

_NAMED: Final = "timers."
_OF_RECORDS: Final[Mapping[str, TimerKind]] = {"clock": "clock", "rule": "rule"}
_SCHEDULES: Final[Mapping[str, TimerKind]] = {"schedule": "rule_schedule", "flow": "flow_schedule"}


@dataclass(frozen=True, slots=True)
class ToldTimer:
    """A timer in parts that a page makes a sentence of."""

    kind: TimerKind  # gone: what it was for is there no more
    subject: LocaleText | None = None  # the title of the step, the rule or the flow
    name: str = ""  # of a timer that its step gives a name
    form: FormId | None = None
    record: RecordId | None = None
    record_title: str = ""  # empty where the reader may not read the record
    flow: LocaleText | None = None  # the title of the case's flow, of a timer that belongs to one


def told_timer(looking: Looking, live: Live, row: TimerRow, case: InstanceRow | None) -> ToldTimer:
    """What a timer is for; `case` is the one it belongs to, where it belongs to one."""
    if row.instance is not None:
        return _of_case(looking, live, row.ref, case)
    kind, _, rest = row.ref.partition(":")
    if kind in _SCHEDULES:
        return _of_schedule(looking, _SCHEDULES[kind], rest.partition(":")[0])
    if kind in _OF_RECORDS:
        return _of_record(looking, _OF_RECORDS[kind], rest)
    return ToldTimer("gone")


def _of_case(looking: Looking, live: Live, ref: str, case: InstanceRow | None) -> ToldTimer:
    number, _, name = ref.partition(".")
    tokens = Instance.from_json(case.state).tokens if case is not None else ()
    token = next((one for one in tokens if str(one.id) == number), None)
    if case is None or token is None:
        return ToldTimer("gone")
    definition = live.version(looking.reader, case.app, case.version).definition
    flow = definition.flows[case.flow]
    node = flow.nodes.get(token.node)
    title = node.title if node is not None else None
    if name == DUE:
        return ToldTimer("due", title, flow=flow.title)
    if name.startswith(_NAMED):
        return ToldTimer("named", title, name.removeprefix(_NAMED), flow=flow.title)
    return ToldTimer("wait", title, flow=flow.title)


def _of_schedule(looking: Looking, kind: TimerKind, id_: str) -> ToldTimer:
    definition = looking.app.definition
    if kind == "flow_schedule":
        flow = definition.flows.get(FlowId(id_))
        return ToldTimer(kind, flow.title) if flow is not None else ToldTimer("gone")
    rule = definition.rules.rules.get(RuleId(id_))
    return ToldTimer(kind, rule.title) if rule is not None else ToldTimer("gone")


def _of_record(looking: Looking, kind: TimerKind, rest: str) -> ToldTimer:
    """`order:0192…` of a clock, `late:order:0192…` of a rule."""
    subject = None
    if kind == "rule":
        id_, _, rest = rest.partition(":")
        rule = looking.app.definition.rules.rules.get(RuleId(id_))
        if rule is None:
            return ToldTimer("gone")
        subject = rule.title
    form, _, record = rest.partition(":")
    title = looking.titles(FormId(form), [RecordId(record)]).get(record, "")
    return ToldTimer(kind, subject, "", FormId(form), RecordId(record), title)
