"""What the gate lets out: records, pages, tasks and timelines as one actor may see them.

Long because every page and the API share this one vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engines.definition import MenuItem
from engines.flow.model import Outcome
from engines.form.model import Field, Form, View
from engines.form.visible import State
from engines.messages import Trace
from engines.values import (
    AppId,
    FieldId,
    FileId,
    FlowId,
    FormId,
    InstanceId,
    LocaleText,
    NodeId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
    Value,
)


@dataclass(frozen=True, slots=True)
class AppSummary:
    """An app the actor has a role in."""

    id: AppId
    title: LocaleText
    version: int
    accent: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu item with the number beside it, None where it has none."""

    item: MenuItem
    count: int | None = None
    entries: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class VisibleRecord:
    """A record as the actor may see it.

    `values` lacks hidden fields, has masked ones masked, and holds the system fields. `names`
    gives the title of every record, user and file whose id stands in a value.
    """

    id: RecordId
    form: FormId
    title: str
    values: Mapping[FieldId, Value]
    names: Mapping[str, str]
    hidden: frozenset[FieldId]
    masked: frozenset[FieldId]
    editable: frozenset[FieldId]
    revision: int
    created_at: datetime
    updated_at: datetime
    can_update: bool
    can_delete: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a view; `next` is the cursor of the page behind it."""

    form: Form
    view: View
    columns: tuple[Field, ...]
    rows: tuple[VisibleRecord, ...]
    next: str | None
    total: int
    is_total_exact: bool
    can_create: bool


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form to fill: what to show in each field and what the actor may change.

    `version` is the definition's; `record` and `revision` are of the record being edited.
    """

    form: Form
    version: int
    values: Mapping[FieldId, Value]
    names: Mapping[str, str]
    states: Mapping[FieldId, State]
    editable: frozenset[FieldId]
    hidden: frozenset[FieldId]
    record: RecordId | None = None
    revision: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, as the actor may see it."""

    field: Field
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Explanation:
    """A trace cut down to what its reader may see.

    `fields`: by path the fields it goes through, the last one holding the value;
    `titles`: by id what rules, nodes, edges and tables are called in the reader's language.
    """

    trace: Trace
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of a record. `kind` is the event's name; machine steps are folded by pages."""

    id: str
    kind: str
    at: datetime
    by: UserId | None
    by_name: str
    is_machine: bool
    version: int
    changes: tuple[FieldChange, ...] = ()
    subject: str = ""  # the flow, node or rule it speaks of, titled for the reader
    detail: str = ""
    explanation: Explanation | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def trace(self) -> Trace | None:
        """Why it happened, as far as the reader may see it."""
        return self.explanation.trace if self.explanation is not None else None


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task in a list."""

    id: TaskId
    flow: FlowId
    node: NodeId
    title: LocaleText
    form: FormId
    record: RecordId
    record_title: str
    assignee: UserId | None
    assignee_name: str
    behalf_name: str  # whom the actor would stand in for
    role: str
    role_title: LocaleText
    state: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    outcome_title: LocaleText
    comment: str
    can_act: bool
    can_claim: bool
    can_release: bool
    instance: InstanceId
    handovers: int
    signature: FileId | None = None  # only for who takes part in the case, as are the attachments
    attachments: tuple[tuple[FileId, str], ...] = ()  # with their names


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """A copy of a case that the actor was sent for information."""

    instance: InstanceId
    title: LocaleText
    form: FormId
    record: RecordId
    record_title: str
    by_name: str
    note: str
    sent_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class ShownProxy:
    """Somebody who stands in for the actor for a while."""

    id: str
    name: str
    starts_at: datetime
    ends_at: datetime
    is_now: bool


@dataclass(frozen=True, slots=True)
class ShownSigner:
    """Somebody who signs at a step; `task`: the open one at which they may be removed."""

    name: str  # of the person, or of the group that signs
    state: str  # waiting, open, approved, rejected
    is_me: bool
    task: TaskId | None = None
    can_remove: bool = False
    id: str = ""  # of the person or the role, where a removal must name them: they wait


@dataclass(frozen=True, slots=True)
class TaskActs:
    """What the actor may do with a task beside finishing it.

    `returns`: where the case may be sent back to, by id and title; "initiator" and "previous"
    stand for themselves and have no title.
    """

    can_pass_on: bool = False
    can_take_back: bool = False
    returns: tuple[tuple[str, LocaleText | None], ...] = ()
    signer_places: tuple[str, ...] = ()  # before, parallel, after: where one may add a signer
    signer_roles: tuple[RoleId, ...] | None = None  # whose holders; None: any colleague

    @property
    def can_add_signer(self) -> bool:
        """Whether others can be asked to sign too."""
        return bool(self.signer_places)

    @property
    def are_any(self) -> bool:
        """Whether there is anything to offer."""
        return self.can_pass_on or self.can_add_signer or self.can_take_back or bool(self.returns)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task with its form and its outcomes, as buttons."""

    task: ShownTask
    help: LocaleText
    outcomes: tuple[Outcome, ...]
    page: FormPage
    record: VisibleRecord
    acts: TaskActs
    can_see_flow: bool  # whether the actor may read the record, and so its flow's history
    signers: tuple[ShownSigner, ...] = ()  # of the step, where several people sign


@dataclass(frozen=True, slots=True)
class ShownFlow:
    """A flow instance on a record: where it stands. `nodes`: (id, title), where it has stopped."""

    instance: InstanceId
    flow: FlowId
    title: LocaleText
    version: int
    status: str
    started_at: datetime
    ended_at: datetime | None
    incident: str
    tasks: tuple[ShownTask, ...]
    nodes: tuple[tuple[NodeId, LocaleText], ...] = ()


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A node of a flow on a record. `state`: here, been, stuck, ahead.

    `place` is where its author put it on the canvas; `times` how often it was entered.
    """

    node: NodeId
    title: LocaleText
    kind: LocaleText
    glyph: str
    state: str
    times: int
    reason: str
    place: tuple[int, int] | None
    tasks: tuple[ShownTask, ...]
    can_add: bool = False  # one more piece of work; the handler decides again


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A way from node to node; `times` how often it was gone."""

    source: NodeId
    target: NodeId
    times: int
    labels: tuple[str, ...] = ()  # what leads along it, in the reader's language


@dataclass(frozen=True, slots=True)
class FlowView:
    """An instance as its reader may see it: its pinned flow, where it is, where it was."""

    instance: InstanceId
    flow: FlowId
    title: LocaleText
    version: int
    status: str
    incident: str
    form: FormId
    record: RecordId
    record_title: str
    started_at: datetime
    ended_at: datetime | None
    start: NodeId
    steps: tuple[FlowStep, ...]
    lines: tuple[FlowLine, ...]
    story: tuple[TimelineEntry, ...]
    can_withdraw: bool  # the handlers decide again when it is done
    can_urge: bool
    can_copy: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a link or user field."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Message:
    """An in-app message."""

    id: str
    subject: str
    body: str
    at: datetime
    is_read: bool
    opens: str  # the page it leads to; empty: none
