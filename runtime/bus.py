"""Carry out commands: one transaction each, the same answer for a repeated key, jobs woken after.

What a command does stands in `handlers`; this module only opens the unit and closes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar

from engines.errors import BugError, Conflict
from engines.values import AppId
from runtime.commands import (
    Actor,
    AddSigner,
    AddWork,
    ClaimTask,
    CloseAdding,
    Command,
    CompleteTask,
    CreateRecord,
    DelegateTask,
    DeleteRecord,
    DeliverMessage,
    DropDelivery,
    DropTimer,
    EndProxy,
    EraseRecord,
    FireTimer,
    HandOverTasks,
    ImportRecords,
    JumpFlow,
    LinkAccount,
    MigrateFlows,
    PublishApp,
    ReadCopy,
    ReleaseTask,
    RemoveSigner,
    RepeatDelivery,
    RepeatTimer,
    ResumeFlow,
    RetryIncident,
    ReturnTask,
    RollBackApp,
    SendCopies,
    SetProxy,
    StartFlow,
    SuspendFlow,
    TakeAnswer,
    TakeBackTask,
    TerminateFlow,
    TransferTask,
    UpdateRecord,
    UrgeFlow,
    WakeFlow,
    WithdrawFlow,
)
from runtime.handlers import (
    arrivals,
    cases,
    given_up,
    hand_overs,
    imports,
    migrating,
    operating,
    records,
    signing,
    subjects,
    tasks,
    timers,
)
from runtime.handlers.outcome import Outcome
from runtime.live import Live, LiveApp
from runtime.perform.effects import settle
from runtime.perform.work import Work
from runtime.ports import Jobs, Store, Unit
from runtime.publish import Publisher

C = TypeVar("C", bound=Command)
Handler = Callable[[Work, Any], Outcome]

HANDLERS: Mapping[type, Handler] = {
    CreateRecord: records.create_record,
    UpdateRecord: records.update_record,
    DeleteRecord: records.delete_record,
    EraseRecord: subjects.erase_record,
    LinkAccount: subjects.link_account,
    StartFlow: cases.start_flow,
    ClaimTask: tasks.claim_task,
    ReleaseTask: tasks.release_task,
    CompleteTask: tasks.complete_task,
    TransferTask: hand_overs.transfer_task,
    DelegateTask: hand_overs.delegate_task,
    HandOverTasks: hand_overs.hand_over_tasks,
    SetProxy: hand_overs.set_proxy,
    EndProxy: hand_overs.end_proxy,
    AddSigner: signing.add_signer,
    RemoveSigner: signing.remove_signer,
    ReturnTask: signing.return_task,
    TakeBackTask: signing.take_back_task,
    WithdrawFlow: cases.withdraw_flow,
    UrgeFlow: cases.urge_flow,
    SendCopies: cases.send_copies,
    ReadCopy: cases.read_copy,
    SuspendFlow: operating.suspend_flow,
    ResumeFlow: operating.resume_flow,
    TerminateFlow: operating.terminate_flow,
    JumpFlow: operating.jump_flow,
    WakeFlow: operating.wake_flow,
    RetryIncident: operating.retry_incident,
    RepeatDelivery: given_up.repeat_delivery,
    DropDelivery: given_up.drop_delivery,
    RepeatTimer: given_up.repeat_timer,
    DropTimer: given_up.drop_timer,
    MigrateFlows: migrating.migrate_flows,
    DeliverMessage: arrivals.deliver_message,
    AddWork: arrivals.add_work,
    CloseAdding: arrivals.close_adding,
    FireTimer: timers.fire_timer,
    TakeAnswer: arrivals.take_answer,
    ImportRecords: imports.import_records,
}


_PUBLISHING = (PublishApp, RollBackApp)


@dataclass(frozen=True, slots=True)
class Bus:
    """The only way to change anything."""

    store: Store
    live: Live
    publisher: Publisher
    jobs: Jobs

    def execute(self, command: Command, actor: Actor, *, idempotency_key: str = "") -> Outcome:
        """Carry out a command and answer once it is durable.

        A repeat with the same key by the same actor gets the first answer; the same key with
        another request raises Conflict.
        """
        if isinstance(command, _PUBLISHING):
            return self._publish_once(command, actor, idempotency_key)
        if not idempotency_key:
            return self.store.run(partial(self._carry_out, command=command, actor=actor))
        return self.store.run(lambda unit: self._once(unit, command, actor, idempotency_key))

    def _once(self, unit: Unit, command: Command, actor: Actor, key: str) -> Outcome:
        kept = _kept(unit, command, actor, key)
        if kept is not None:
            return kept
        outcome = self._carry_out(unit, command, actor)
        _keep(unit, command, actor, key, outcome)
        return outcome

    def _publish_once(self, command: PublishApp | RollBackApp, actor: Actor, key: str) -> Outcome:
        """Publishing takes several transactions; its answer is kept in one more after the flip.

        A process that dies between the two leaves a version that the repeat would publish again:
        `expected_live` guards against that.
        """
        kept = self.store.run(lambda unit: _kept(unit, command, actor, key)) if key else None
        if kept is not None:
            return kept
        if isinstance(command, PublishApp):
            outcome = self.publisher.publish(command, actor)
        else:
            outcome = self.publisher.roll_back(command, actor)
        if key:
            self.store.run(lambda unit: _keep(unit, command, actor, key, outcome))
        return outcome

    def _carry_out(self, unit: Unit, command: Command, actor: Actor) -> Outcome:
        handler = HANDLERS.get(type(command))
        if handler is None:
            raise BugError(f"{type(command).__name__} has no handler")
        of_app: Any = command  # all with a handler are
        work = Work(unit, self.live, self._live(unit, of_app.app, actor), actor)
        outcome = handler(work, command)
        settle(work)
        if unit.has_new_jobs:
            unit.after_commit(self.jobs.wake)
        return outcome

    def _live(self, unit: Unit, app: AppId, actor: Actor) -> LiveApp:
        """The live version of the app, after making sure of what the actor claims."""
        claim = actor.claim
        if claim is None or actor.live is None:
            return self.live.app(unit, app, seen=actor.live)
        unit.directory.require_token(claim.token_hash, app, claim.mark)
        unit.after_commit(claim.confirm)
        return self.live.version(unit, app, actor.live)  # which the mark names too


def _digest(command: Command) -> str:
    text = json.dumps(asdict(command), sort_keys=True, default=str)
    return hashlib.sha256(f"{type(command).__name__}:{text}".encode()).hexdigest()


def _keep(unit: Unit, command: Command, actor: Actor, key: str, outcome: Outcome) -> None:
    answer = json.dumps(asdict(outcome), default=str)
    unit.registry.keep_answer(key, str(actor.user or ""), _digest(command), answer, unit.now)


def _kept(unit: Unit, command: Command, actor: Actor, key: str) -> Outcome | None:
    """The first answer to a key. Raises Conflict when it was given to another request."""
    kept = unit.registry.answer(key, str(actor.user or ""))
    if kept is None:
        return None
    kept_request, answer = kept
    if kept_request != _digest(command):
        raise Conflict("This Idempotency-Key was used for another request. Use a new key.")
    return Outcome(**json.loads(answer))
