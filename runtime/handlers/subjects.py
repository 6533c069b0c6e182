"""People as what records are about: which record is somebody's own, and erasing what one says."""

from __future__ import annotations

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.messages import SystemChanged
from runtime.access import gate
from runtime.commands import EraseRecord, LinkAccount
from runtime.handlers.outcome import Outcome
from runtime.handlers.records import readable
from runtime.perform.work import Work


def erase_record(work: Work, command: EraseRecord) -> Outcome:
    """Destroy the key of a record's encrypted values, for who may delete it, with a reason.

    Everywhere, in the log too, they are gone for good; what was written to people about the record
    is emptied. The record, its other values and the seals of the log stay.
    """
    form = work.app.form(command.form)
    record = readable(work, form, command.record)
    gate.require(form, work.actor, "delete", work.facts(form.id, record))
    if not command.reason.strip():
        raise FieldErrors([FieldProblem("reason", "required")])
    if not form.is_subject:
        title = form.title.in_locale(work.actor.locale)
        raise Conflict(f"{title} keeps no key of its own for each record; delete the record.")
    had_key = work.unit.records.forget(work.app.table(form.id), record.id)
    about = {"form": form.id, "reason": command.reason, "had_values": had_key}
    work.tell(SystemChanged("record_erased", record.id, about))
    return Outcome(record=record.id, revision=record.revision, details={"had_values": had_key})


def link_account(work: Work, command: LinkAccount) -> Outcome:
    """Say which record is an account's own; definitions read it as `user.record`."""
    gate.require_capability(work.actor, "manage_users")
    app, directory = work.app.definition.id, work.unit.directory
    if directory.user(command.user) is None:
        raise NotFound("this account")
    if command.record is None:
        directory.unlink_record(app, command.user)
    else:
        readable(work, work.app.form(command.form), command.record)
        directory.link_record(app, command.user, command.record)
    about = {"form": command.form, "record": command.record}
    work.tell(SystemChanged("account_linked", command.user, about))
    return Outcome(record=command.record)
