"""Carry out the queued effects of a command until none is left."""

from __future__ import annotations

from typing import assert_never

from engines.errors import BugError
from engines.form.model import Form
from engines.form.submit import SubmitContext, submit
from engines.messages import (
    AssignField,
    CallConnector,
    CancelFlow,
    CancelTimer,
    CheckUnique,
    CloseTask,
    ContinueFlow,
    CreateRecord,
    Effect,
    EndInstance,
    FindPeople,
    NextSerial,
    Notify,
    OpenTask,
    RaiseIncident,
    RemindHolders,
    ReportNobody,
    ReturnToFlow,
    SendCopy,
    SetFields,
    SignalFlow,
    StartFlow,
    StartTimer,
    WakeFlows,
)
from engines.values import FieldId, Value
from runtime.perform import calls, connectors, copies, flows, messages, records, reminders
from runtime.perform.work import Origin, Work

BY_ITSELF = SubmitContext(is_person=False)


def settle(work: Work) -> None:
    """Carry out all queued effects, then append the events. The last step of every command."""
    while work.queue:
        effect, origin = work.next()
        _perform(work, effect, origin)
    work.flush_events()


def _perform(work: Work, effect: Effect, origin: Origin) -> None:
    match effect:
        case SetFields():
            records.set_fields(work, effect)
        case AssignField():
            records.assign_field(work, effect)
        case CreateRecord():
            _create(work, effect)
        case Notify():
            messages.notify(work, effect)
        case CallConnector():
            connectors.queue(work, effect)
        case StartFlow() | CancelFlow() | ReturnToFlow() | SignalFlow() | WakeFlows():
            calls.carry_out(work, effect, origin)
        case ContinueFlow():
            flows.go_on(work, effect)
        case FindPeople() | ReportNobody() | RemindHolders() | SendCopy():
            _about_people(work, effect)
        case (
            OpenTask()
            | CloseTask()
            | StartTimer()
            | CancelTimer()
            | RaiseIncident()
            | EndInstance()
            | NextSerial()
            | CheckUnique()
        ):
            raise BugError(f"{type(effect).__name__} from {origin.reason} has no place of its own")
        case _:
            assert_never(effect)


def _about_people(
    work: Work, effect: FindPeople | ReportNobody | RemindHolders | SendCopy
) -> None:
    match effect:
        case FindPeople():
            flows.staff(work, effect)
        case ReportNobody():
            flows.report_nobody(work, effect)
        case RemindHolders():
            reminders.remind(work, effect)
        case SendCopy():
            copies.send_all(work, effect)
        case _:
            assert_never(effect)


def _create(work: Work, effect: CreateRecord) -> None:
    form = work.app.form(effect.form)
    submission = submit(
        form,
        {name: _as_answer(form, name, value) for name, value in effect.values.items()},
        current=None,
        facts=work.facts_for_values(effect.form, effect.values),
        editable=frozenset(FieldId(name) for name in effect.values),
        context=BY_ITSELF,
    )
    records.create(
        work,
        form,
        submission.values,
        uniques=submission.uniques,
        serials=submission.serials,
    )


def _as_answer(form: Form, name: str, value: Value) -> object:
    field = form.fields[FieldId(name)]
    return field.type.to_json(value, field.options)
