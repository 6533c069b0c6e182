"""Every read of the product, each through the gate: the door that pages, API and exports use.

Long because it is one door; what a read does stands in the module it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engines.errors import NotFound
from engines.values import (
    AppId,
    DashboardId,
    FieldId,
    FileId,
    FlowId,
    FormId,
    InstanceId,
    RecordId,
    ReportId,
    RoleId,
    TaskId,
)
from runtime.access import (
    colleagues,
    flow_views,
    forms,
    gate,
    lists,
    migrations,
    operations,
    processes,
    reports,
    task_lists,
    timelines,
)
from runtime.access.actors import actor_in
from runtime.access.clocks import ShownClock, clocks_of
from runtime.access.menu import shown_menu
from runtime.access.shown import (
    AppSummary,
    Choice,
    FlowView,
    FormPage,
    ListPage,
    MenuEntry,
    Message,
    ShownCopy,
    ShownFlow,
    ShownProxy,
    ShownTask,
    TaskPage,
    TimelineEntry,
    VisibleRecord,
)
from runtime.access.view import Looking
from runtime.commands import Actor
from runtime.live import Live
from runtime.ports import Clock, FileInfo, Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads for an actor. Every method raises NotFound or NotAllowed rather than show too much."""

    store: Store
    live: Live
    clock: Clock

    def apps(self, actor: Actor) -> tuple[AppSummary, ...]:
        """The apps the actor has any role in, by id; administrators see all."""
        with self.store.read() as reader:
            apps = self.live.apps(reader)
            mine = {
                app.definition.id: actor.user is not None
                and bool(reader.directory.roles(app.definition.id, actor.user))
                for app in apps
            }
        return tuple(
            AppSummary(
                app.definition.id,
                app.definition.title,
                app.number,
                app.definition.theme.get("accent", ""),
            )
            for app in apps
            if gate.is_unrestricted(actor) or mine[app.definition.id]
        )

    def menu(self, actor: Actor, app: AppId) -> tuple[MenuEntry, ...]:
        """The app's menu without what the actor may not open; views and tasks with counts."""
        return self._look(
            actor, app, lambda looking: shown_menu(looking, looking.app.definition.menu)
        )

    def list_page(
        self,
        actor: Actor,
        app: AppId,
        form: FormId,
        view: str,
        ask: lists.Ask = lists.PLAIN,
    ) -> ListPage:
        """A page of a view."""

        def read(looking: Looking) -> ListPage:
            definition = looking.app.form(form)
            return lists.list_page(looking, definition, lists.view_of(definition, view), ask)

        return self._look(actor, app, read)

    def record(self, actor: Actor, app: AppId, form: FormId, record: RecordId) -> VisibleRecord:
        """One record."""

        def read(looking: Looking) -> VisibleRecord:
            definition = looking.app.form(form)
            return looking.shown(definition, [looking.stored(definition, record)])[0]

        return self._look(actor, app, read)

    def clocks(
        self, actor: Actor, app: AppId, form: FormId, record: RecordId
    ) -> tuple[ShownClock, ...]:
        """How the promises about a record stand; nothing for people outside."""
        return self._look(actor, app, lambda looking: clocks_of(looking, form, record))

    def linking(
        self, actor: Actor, app: AppId, form: FormId, field: FieldId, record: RecordId
    ) -> tuple[VisibleRecord, ...]:
        """Readable records of `form` whose link `field` points at `record`, newest first."""

        def read(looking: Looking) -> tuple[VisibleRecord, ...]:
            definition = looking.app.form(form)
            if field in looking.rights(definition).hidden:
                return ()
            table = looking.app.table(form)
            rows = looking.reader.records.linking(table, field, record, 100)
            readable = [
                row
                for row, facts in zip(rows, looking.facts(form, rows), strict=True)
                if gate.may(definition, actor, "read", facts)
            ]
            return looking.shown(definition, readable)

        return self._look(actor, app, read)

    def new_form(
        self, actor: Actor, app: AppId, form: FormId, given: Mapping[str, Any] | None = None
    ) -> FormPage:
        """A blank form."""
        return self._look(
            actor, app, lambda looking: forms.blank_page(looking, looking.app.form(form), given)
        )

    def edit_form(self, actor: Actor, app: AppId, form: FormId, record: RecordId) -> FormPage:
        """The form of a record to change."""

        def read(looking: Looking) -> FormPage:
            definition = looking.app.form(form)
            return forms.edit_page(looking, definition, looking.stored(definition, record))

        return self._look(actor, app, read)

    def preview(
        self,
        actor: Actor,
        app: AppId,
        form: FormId,
        record: RecordId | None,
        answers: Mapping[str, Any],
    ) -> FormPage:
        """A form as it stands after answers that are not sent yet; stores nothing."""

        def read(looking: Looking) -> FormPage:
            definition = looking.app.form(form)
            if record is None:
                return forms.blank_page(looking, definition, answers)
            stored = looking.stored(definition, record)
            page = forms.edit_page(looking, definition, stored)
            return forms.answered_page(looking, definition, page, answers, stored)

        return self._look(actor, app, read)

    def lookup(
        self, actor: Actor, app: AppId, form: FormId, field: FieldId, text: str
    ) -> tuple[Choice, ...]:
        """Options of a link or user field whose titles contain the text."""

        def read(looking: Looking) -> tuple[Choice, ...]:
            definition = looking.app.form(form)
            if field not in definition.fields:
                raise NotFound(f"field {field}")
            return lists.choices_for(looking, definition, definition.fields[field], text)

        return self._look(actor, app, read)

    def timeline(
        self, actor: Actor, app: AppId, form: FormId, record: RecordId
    ) -> tuple[TimelineEntry, ...]:
        """What happened to a record, newest first."""
        return self._look(
            actor,
            app,
            lambda looking: timelines.timeline(looking, looking.app.form(form), record),
        )

    def flows_of(
        self, actor: Actor, app: AppId, form: FormId, record: RecordId
    ) -> tuple[ShownFlow, ...]:
        """Flow instances on a record, newest first."""
        return self._look(
            actor,
            app,
            lambda looking: processes.flows_of(looking, self.live, looking.app.form(form), record),
        )

    def flow_view(self, actor: Actor, app: AppId, instance: InstanceId) -> FlowView:
        """One flow instance: its picture, where it stands, which way it came, and why."""
        return self._look(
            actor, app, lambda looking: flow_views.flow_view(looking, self.live, instance)
        )

    def tasks(
        self,
        actor: Actor,
        app: AppId,
        which: str,
        *,
        most: int = task_lists.MOST_TASKS,
        skip: int = 0,
    ) -> tuple[ShownTask, ...]:
        """The actor's tasks by due time, after the first `skip`; which: mine, pool, done."""
        ask = task_lists.TaskAsk(which, most=most, skip=skip)
        return self._look(actor, app, lambda looking: task_lists.tasks(looking, ask))

    def task_list(self, actor: Actor, app: AppId, ask: task_lists.TaskAsk) -> task_lists.TaskList:
        """A page of them, of one step or found by words, and the steps that they are at."""
        return self._look(actor, app, lambda looking: task_lists.task_list(looking, ask))

    def task_count(self, actor: Actor, app: AppId, which: str) -> int:
        """How many of them there are."""
        return self._look(actor, app, lambda looking: task_lists.task_count(looking, which))

    def task(
        self, actor: Actor, app: AppId, task: TaskId, answers: Mapping[str, Any] | None = None
    ) -> TaskPage:
        """A task with its form; with `answers` as it follows from them, storing nothing."""
        return self._look(
            actor, app, lambda looking: processes.task_page(looking, self.live, task, answers)
        )

    def file(self, actor: Actor, file: FileId) -> FileInfo:
        """A file the actor may open.

        One of a field they may read, one that came with a task of a case they take part in, or one
        just uploaded by themselves.
        """
        with self.store.read() as reader:
            info = reader.registry.file(file)
            place = reader.registry.file_place(file)
            owner = reader.registry.file_owner(file)
        if info is None:
            raise NotFound("this file")
        if place is None:
            if owner is not None and owner == actor.user:
                return info
            raise NotFound("this file")
        app, form, record = place
        shown = self.record(self.in_app(actor, app), app, form, record)
        if any(file in (value or ()) for value in shown.values.values() if _is_list(value)):
            return info
        if self._look(
            self.in_app(actor, app),
            app,
            lambda looking: processes.may_open_enclosure(looking, form, record, file),
        ):
            return info
        raise NotFound("this file")

    def report(
        self,
        actor: Actor,
        app: AppId,
        report: ReportId,
        ask: lists.Ask = lists.PLAIN,
        *,
        in_all: bool = False,
    ) -> reports.ReportPage:
        """A report over the records the actor may read, narrowed by filters."""
        return self._look(
            actor,
            app,
            lambda looking: reports.report_page(looking, report, ask, in_all=in_all),
        )

    def require_report(self, actor: Actor, app: AppId, report: ReportId) -> None:
        """Raises NotAllowed for a report over what the actor may not know."""
        self._look(actor, app, lambda looking: reports.require_report(looking, report))

    def records_behind(
        self,
        actor: Actor,
        app: AppId,
        report: ReportId,
        cell: Sequence[Any],
        ask: lists.Ask = lists.PLAIN,
    ) -> ListPage:
        """The records that one cell of a report counts; `cell` has the keys of the drawing."""
        return self._look(
            actor, app, lambda looking: reports.records_behind(looking, report, cell, ask)
        )

    def dashboard(self, actor: Actor, app: AppId, dashboard: DashboardId) -> reports.DashboardPage:
        """A dashboard with every report the actor may see, all of one moment."""
        return self._look(actor, app, lambda looking: reports.dashboard_page(looking, dashboard))

    def cases(self, actor: Actor, app: AppId, status: str, after: str = "") -> operations.Cases:
        """How the cases of an app stand, for its operators."""
        return self._look(
            actor, app, lambda looking: operations.cases(looking, self.live, status, after)
        )

    def dead_letters(self, actor: Actor, app: AppId, after: str = "") -> operations.Letters:
        """Messages given up, for operators."""
        return self._look(actor, app, lambda looking: operations.letters(looking, after))

    def parked_timers(self, actor: Actor, app: AppId, after: str = "") -> operations.Timers:
        """Timers given up, for operators."""
        return self._look(actor, app, lambda looking: operations.timers(looking, self.live, after))

    def running_versions(self, actor: Actor, app: AppId) -> tuple[operations.RunningVersion, ...]:
        """Which versions of its flows an app's cases follow, for operators."""
        return self._look(
            actor, app, lambda looking: operations.running_versions(looking, self.live)
        )

    def migration_form(
        self, actor: Actor, app: AppId, flow: FlowId, to: int
    ) -> migrations.MigrationForm | None:
        """What an operator chooses from to bring cases of a flow to a version."""
        return self._look(
            actor, app, lambda looking: migrations.migration_form(looking, self.live, flow, to)
        )

    def record_titles(
        self, actor: Actor, app: AppId, places: Sequence[tuple[FormId, RecordId]]
    ) -> Mapping[str, str]:
        """Titles of the records among these that the actor may read, by record."""
        return self._look(actor, app, lambda looking: migrations.record_titles(looking, places))

    def colleagues(self, actor: Actor, app: AppId) -> tuple[Choice, ...]:
        """Who can be given work; nobody for people from outside."""
        return self._look(actor, app, colleagues.colleagues)

    def holders(self, actor: Actor, app: AppId, role: RoleId) -> tuple[Choice, ...]:
        """Who holds a role, for a choice that a step asks for."""
        return self._look(actor, app, lambda looking: colleagues.holders(looking, role))

    def substitutes(self, actor: Actor, app: AppId) -> tuple[ShownProxy, ...]:
        """Who stands in for the actor, earliest first; past ones are left out."""
        return self._look(actor, app, colleagues.substitutes)

    def copies(self, actor: Actor, app: AppId) -> tuple[ShownCopy, ...]:
        """The copies of cases that the actor was sent, newest first."""
        return self._look(actor, app, colleagues.copies)

    def inbox(self, actor: Actor) -> tuple[Message, ...]:
        """The actor's in-app messages, newest first."""
        if actor.user is None:
            return ()
        with self.store.read() as reader:
            rows = reader.queue.inbox(actor.user)
        return tuple(
            Message(
                id=row.id,
                subject=row.subject,
                body=row.body,
                at=row.created_at or row.next_at,
                is_read=row.read_at is not None,
                opens=row.opens,
            )
            for row in rows
        )

    def in_app(self, actor: Actor, app: AppId) -> Actor:
        """The same person with the roles they have in another app."""
        if actor.is_system or actor.user is None:
            return actor
        with self.store.read() as reader:
            user = reader.directory.user(actor.user)
            if user is None:
                raise NotFound("this account")
            return actor_in(reader, self.live.app(reader, app), user, actor.via)

    def _look(self, actor: Actor, app: AppId, read: Callable[[Looking], T]) -> T:
        with self.store.read() as reader:
            live = self.live.app(reader, app)
            return read(Looking(reader, live, actor, self.clock.now()))


def _is_list(value: object) -> bool:
    return isinstance(value, list)
