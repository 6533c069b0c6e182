"""Try a definition before it is published: the runtime itself, in memory, under a movable clock.

People of the trial act through the same gate and bus as everywhere; their messages are recorded
and never leave. How a trial is written down as steps stands in `builder.steps`. Long because a
person's every act has a method here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from builder.cast import cast_of, outsiders_named, settle_in
from builder.stand_ins import stand_in
from builder.witness import Case, Compiled, Witness, compiled
from engines.definition import AppDefinition
from engines.errors import Conflict, NotFound
from engines.values import AppId, FileId, FlowId, FormId, RoleId, TaskId, UserId
from runtime.access.actors import actor_in
from runtime.access.reading import Reading
from runtime.access.shown import ShownFlow, ShownTask, TimelineEntry, VisibleRecord
from runtime.access.timelines import retold
from runtime.access.told_timers import ToldTimer, told_timer
from runtime.access.view import Looking
from runtime.adapters.recording import Recorded
from runtime.bootstrap import Trial, open_trial
from runtime.commands import (
    SYSTEM,
    Actor,
    ClaimTask,
    Command,
    CompleteTask,
    CreateRecord,
    PublishApp,
    ReleaseTask,
    StartFlow,
    UpdateRecord,
)
from runtime.exchange.seeds import plant
from runtime.handlers.outcome import Outcome
from runtime.ports import CallAnswer, DeliveryRow, InstanceRow, Reader, TimerRow

MOST_TURNS = 5_000  # of due work in one move of the clock
LONGEST_MOVE = timedelta(days=3_660)
_MOST_EVENTS = 1_000


@dataclass(frozen=True, slots=True)
class TraceLine:
    """Something that happened: an event of a case, or a timer or a call that failed."""

    at: datetime
    case: Case | None
    entry: TimelineEntry | None
    failure: str = ""


class Sandbox:
    """One trial of one definition. Not for several threads at once."""

    def __init__(
        self,
        trial: Trial,
        definition: AppDefinition,
        people: Mapping[str, Sequence[str]],
        witness: Witness,
    ) -> None:
        self._trial = trial
        self.witness = witness
        self.definition = definition
        self.roles_by_person = people
        self.began_at = trial.clock.now()
        self.seeds = 0  # how many of the cases are sample records
        self.file_names: dict[str, str] = {}  # of the stand-ins for files
        self.answers: dict[str, tuple[str, str]] = {}  # by call: how it stands, and why
        self.steps = 0  # how many were taken

    @classmethod
    def of(
        cls,
        text: str,
        name: str = "app.yaml",
        *,
        at: datetime,
        people: Mapping[str, Sequence[str]] | None = None,
        with_seeds: bool = False,
        known: Compiled | None = None,
    ) -> Sandbox:
        """A trial of a definition's text that begins `at`; raises DefinitionError.

        `people` says who holds which roles; a role that nobody was given gets somebody of its
        own name, so that every role can act. `known` is the text compiled already.
        """
        known = known or compiled(text, name)
        known.rows.witness = witness = Witness()
        trial = open_trial(at, known.definition)
        try:
            trial.bus.execute(PublishApp(text, name), SYSTEM)
            definition = _published(trial)
            named = cast_of(definition, people or {})
            trial.store.run(lambda unit: settle_in(unit, definition, named))
            sandbox = cls(trial, definition, named, witness)
            if with_seeds:
                holders = {RoleId(role): UserId(p) for p, roles in named.items() for role in roles}
                plant(trial, definition.id, holders)
            sandbox.advance(timedelta(0))
            sandbox.seeds = len(sandbox.cases)
        except BaseException:
            trial.close()
            raise
        return sandbox

    def close(self) -> None:
        """Forget the trial."""
        self._trial.close()

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody in the trial, by the name they act under."""
        return tuple(self.roles_by_person)

    @property
    def app(self) -> AppId:
        """The app that is tried."""
        return self.definition.id

    @property
    def now(self) -> datetime:
        """The trial's time, UTC."""
        return self._trial.clock.now()

    @property
    def next_due(self) -> datetime | None:
        """When the next timer or message is due."""
        with self._trial.store.read() as reader:
            return reader.queue.next_due()

    @property
    def reading(self) -> Reading:
        """What people of the trial see, through the gate."""
        return self._trial.reading

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every record there has been, in the order they came."""
        return tuple(self.witness.cases.values())

    @property
    def messages(self) -> tuple[Recorded, ...]:
        """Messages that would have left, oldest first."""
        return self._trial.recording.messages

    def begin_step(self) -> None:
        """What comes belongs to the next step: the same step makes the same ids in every trial."""
        self.steps += 1
        self._trial.ids.begin(self.steps)

    def take_back_step(self) -> None:
        """The step that was begun came to nothing."""
        self.steps -= 1

    def upload(self, who: str, name: str) -> FileId:
        """A file without content under a name, uploaded by somebody of the trial."""
        file = stand_in(self.steps, who, name)
        if file.id not in self.file_names:
            owner = UserId(who)
            self._trial.store.run(lambda unit: unit.registry.add_file(file, owner, unit.now))
            self.file_names[file.id] = name
        return file.id

    def actor(self, name: str) -> Actor:
        """Somebody of the trial, by name. Raises NotFound."""
        with self._trial.store.read() as reader:
            user = reader.directory.user(UserId(name))
            if user is None:
                raise NotFound(f"{name} among the people of the sandbox")
            return actor_in(reader, self._trial.live.app(reader, self.app), user, "sandbox")

    def case(self, label: str) -> Case:
        """A record by its name. Raises NotFound."""
        found = self.witness.cases.get(label)
        if found is None:
            raise NotFound(f"the record {label}")
        return found

    def submit(self, who: str, form: FormId, answers: Mapping[str, Any]) -> Case:
        """Submit a form as somebody."""
        outcome = self._do(CreateRecord(self.app, form, answers), who)
        case = next(one for one in self.cases if one.record == outcome.record)
        shape, people = self.definition.forms[form], self.roles_by_person
        for outsider in outsiders_named(self.definition, people, shape, answers):
            self._own(outsider, case)
        return case

    def change(self, who: str, label: str, answers: Mapping[str, Any]) -> None:
        """Change a record as somebody."""
        case = self.case(label)
        self._do(UpdateRecord(self.app, case.form, case.record, answers), who)

    def start(self, who: str, flow: FlowId, label: str) -> None:
        """Start a flow by hand."""
        self._do(StartFlow(self.app, flow, self.case(label).record), who)

    def claim(self, who: str, task: TaskId) -> None:
        """Take a pool's task."""
        self._do(ClaimTask(self.app, task), who)

    def release(self, who: str, task: TaskId) -> None:
        """Give a task back to its pool."""
        self._do(ReleaseTask(self.app, task), who)

    def complete(
        self, who: str, task: TaskId, outcome: str, answers: Mapping[str, Any], comment: str = ""
    ) -> None:
        """Finish a task with an outcome."""
        self._do(CompleteTask(self.app, task, outcome, answers, comment), who)

    def hear(self, call: DeliveryRow, answer: CallAnswer) -> None:
        """Let another program answer a call. Raises CalledInVain, Undeliverable, FieldErrors."""
        self._trial.answer(call, answer)
        self.advance(timedelta(0))

    def note_answer(self, call: Recorded, state: str, problem: str = "") -> None:
        """Keep how a call stands from now on."""
        self.answers[call.message.id] = (state, problem)
        if problem:
            self._trial.recording.fail(call.message.subject, problem)

    def advance(self, by: timedelta) -> int:
        """Let time pass; what falls due happens at its own time, in order. How much that was.

        Raises Conflict when timers set each other off without end; the clock stands there then.
        """
        if by > LONGEST_MOVE:
            raise Conflict("The clock moves ten years at most. Take smaller steps.")
        until, done = self.now + by, 0
        for _ in range(MOST_TURNS):
            due_at = self.next_due
            if due_at is None or due_at > until:
                break
            self._trial.clock.advance(max(due_at - self.now, timedelta(0)))
            done += self._trial.work.run_due()
        else:
            self._learn()
            raise Conflict(
                f"More than {MOST_TURNS} timers fell due on the way. Take smaller steps, "
                "or look for a timer that starts itself again."
            )
        self._trial.clock.advance(max(until - self.now, timedelta(0)))
        self._learn()
        return done

    def advance_to_next(self) -> int:
        """Let time pass until the next timer or message is due; nothing waits: no time passes."""
        due_at = self.next_due
        return self.advance(max(due_at - self.now, timedelta(0))) if due_at is not None else 0

    def record(self, label: str) -> VisibleRecord:
        """A record with everything in it. Raises NotFound once it is deleted."""
        case = self.case(label)
        return self.reading.record(self._onlooker, self.app, case.form, case.record)

    def tasks(self, label: str) -> tuple[ShownTask, ...]:
        """All tasks on a record, by when they were opened."""
        found = [task for flow in self.flows(label) for task in flow.tasks]
        return tuple(sorted(found, key=lambda task: (task.opened_at, task.id)))

    def flows(self, label: str) -> tuple[ShownFlow, ...]:
        """The flows on a record, newest first."""
        case = self.case(label)
        return self.reading.flows_of(self._onlooker, self.app, case.form, case.record)

    def timers(self) -> tuple[TimerRow, ...]:
        """What waits for its time, the next one first."""
        with self._trial.store.read() as reader:
            return reader.instances.waiting_timers()

    def told_timers(self) -> tuple[tuple[datetime, ToldTimer], ...]:
        """The same, each with what it is for."""
        with self._trial.store.read() as reader:
            live = self._trial.live
            looking = Looking(reader, live.app(reader, self.app), self._onlooker, self.now)
            return tuple(
                (one.due_at, told_timer(looking, live, one, _case_of(reader, one)))
                for one in reader.instances.waiting_timers()
            )

    def trace(self) -> tuple[TraceLine, ...]:
        """All that happened so far, oldest first, with why every rule and flow decided so."""
        with self._trial.store.read() as reader:
            live = self._trial.live.app(reader, self.app)
            looking = Looking(reader, live, self._onlooker, self.now)
            lines = [line for case in self.cases for line in _told(looking, case)]
        lines.sort(key=lambda one: (one[1].at, one[0]))
        refused = [
            TraceLine(one.at, None, None, f"{one.ref}: {one.error}")
            for one in self._trial.recording.failures
        ]
        return tuple(sorted([*(line for _, line in lines), *refused], key=lambda line: line.at))

    @property
    def _onlooker(self) -> Actor:
        """Who looks at the trial from outside: sees everything, in the app's own zone."""
        locale, zone = self.definition.locales[0], self.definition.time_zone
        return Actor(user=None, is_system=True, locale=locale, time_zone=zone, via="sandbox")

    def _do(self, command: Command, who: str) -> Outcome:
        outcome = self._trial.bus.execute(command, self.actor(who))
        self.advance(timedelta(0))
        return outcome

    def _own(self, person: UserId, case: Case) -> None:
        self._trial.store.run(
            lambda unit: unit.directory.link_record(self.app, person, case.record)
        )

    def _learn(self) -> None:
        """Take in what happened since the last time."""
        self._trial.work.seal()
        with self._trial.store.read() as reader:
            self.witness.learn(reader)


def _case_of(reader: Reader, timer: TimerRow) -> InstanceRow | None:
    return reader.instances.get(timer.instance) if timer.instance is not None else None


def _told(looking: Looking, case: Case) -> list[tuple[str, TraceLine]]:
    """A case's lines, each with the id of its event: ids rise as the events came."""
    form = looking.app.form(case.form)
    events = looking.reader.events.of_record(
        looking.app.definition.id, case.form, case.record, _MOST_EVENTS
    )
    return [
        (entry.id, TraceLine(entry.at, case, entry)) for entry in retold(looking, form, events)
    ]


def _published(trial: Trial) -> AppDefinition:
    with trial.store.read() as reader:
        return trial.live.apps(reader)[0].definition
