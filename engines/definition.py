"""A whole app, compiled: what `parse_app` makes of a text. Decides nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.calendar.model import Calendar
from engines.expression.scope import Scope
from engines.flow.model import Flow, Trigger
from engines.form.model import Form
from engines.report.model import Dashboard, Report
from engines.rules.ruleset import RuleSet
from engines.rules.table import Table
from engines.sla.model import Policies
from engines.template.compile import Template
from engines.values import (
    AppId,
    DashboardId,
    Facts,
    FlowId,
    FormId,
    LocaleText,
    ReportId,
    RoleId,
    TableId,
)

CAPABILITIES = ("design", "publish", "import", "export", "operate", "audit", "manage_users")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the app; `can` are the capabilities beyond records that it gives."""

    id: RoleId
    title: LocaleText
    includes: tuple[RoleId, ...]
    can: frozenset[str]
    is_portal: bool  # for people outside: portal look, own records only by its access rules


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the app's menu.

    kind: view (target "order.open"), tasks ("mine"), dashboard, form (a blank one), group.
    `roles` are those it is for; without any it is for everybody who may open its place.
    """

    kind: str
    target: str
    title: LocaleText
    items: tuple[MenuItem, ...] = ()
    roles: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """Subject and body of a message, compiled for each locale they are written in."""

    id: str
    form: FormId
    subject: Mapping[str, Template]
    body: Mapping[str, Template]
    locales: tuple[str, ...]

    def subject_in(self, locale: str, facts: Facts) -> str:
        """The subject for a reader of `locale`, one line."""
        return self._pick(self.subject, locale).render_line(facts)

    def title_in(self, locale: str) -> str:
        """The subject without what differs from record to record; its id when nothing is left."""
        said = self.subject_in(locale, {"record": {}, "old": {}, "user": {}})
        return " ".join(said.split()).strip(" :：-–—") or self.id

    def body_in(self, locale: str, facts: Facts) -> str:
        """The body for a reader of `locale`."""
        return self._pick(self.body, locale).render(facts)

    @property
    def paths(self) -> frozenset[tuple[str, str]]:
        """Facts its texts name."""
        texts = (*self.subject.values(), *self.body.values())
        return frozenset().union(*[text.paths for text in texts])

    def _pick(self, texts: Mapping[str, Template], locale: str) -> Template:
        for candidate in (locale, locale.split("-", 1)[0], "", *self.locales):
            if candidate in texts:
                return texts[candidate]
        return next(iter(texts.values()))


@dataclass(frozen=True, slots=True)
class AppDefinition:
    """One version of an app."""

    id: AppId
    version: int
    title: LocaleText
    description: LocaleText
    locales: tuple[str, ...]  # the first is the fallback
    time_zone: str
    currency: str
    theme: Mapping[str, str]
    roles: Mapping[RoleId, Role]
    menu: tuple[MenuItem, ...]
    forms: Mapping[FormId, Form]
    templates: Mapping[str, MessageTemplate]
    tables: Mapping[TableId, Table]
    rules: RuleSet
    calendars: Mapping[str, Calendar]
    sla: Policies
    flows: Mapping[FlowId, Flow]
    reports: Mapping[ReportId, Report]
    dashboards: Mapping[DashboardId, Dashboard]
    seeds: Mapping[str, Mapping[str, Mapping[str, Any]]]
    # The keys behind links that any expression reads, by form: {"order": ("buyer.phone",)}
    linked_keys: Mapping[FormId, tuple[str, ...]]
    # What expressions about a record of a form may name; for filters that people ask for.
    scope: Callable[[FormId], Scope]
    # flows by what begins them, in the author's order: asked for with every change of a record
    _starting: Mapping[tuple[FormId, Trigger], tuple[Flow, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        starting: dict[tuple[FormId, Trigger], tuple[Flow, ...]] = {}
        for flow in self.flows.values():
            key = flow.form, flow.trigger
            starting[key] = (*starting.get(key, ()), flow)
        object.__setattr__(self, "_starting", starting)

    @property
    def portal_roles(self) -> frozenset[RoleId]:
        """Roles of people outside the organisation."""
        return frozenset(role.id for role in self.roles.values() if role.is_portal)

    def flows_on(self, form: FormId, trigger: Trigger) -> tuple[Flow, ...]:
        """Flows that this kind of trigger on a record of this form may start, in order."""
        return self._starting.get((form, trigger), ())

    def flows_started_by(self, form: FormId) -> tuple[Flow, ...]:
        """Flows that the creation of a record of this form may start, in the author's order."""
        return self.flows_on(form, Trigger.CREATED)

    def flows_for(self, form: FormId) -> tuple[Flow, ...]:
        """Flows a person may start by a button on a record of this form."""
        return self.flows_on(form, Trigger.PERSON)
