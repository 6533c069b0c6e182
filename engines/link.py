"""Join the sections of a definition: each is parsed knowing what it may know of the others.

The engines are blind to each other; what one needs of another (a table's decision, an action, the
fields of a form) is handed to it here, compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.calendar.model import Calendar
from engines.calendar.parse import parse_calendars
from engines.connector import parse_connectors
from engines.context import DefinitionContext
from engines.definition import AppDefinition, Role
from engines.diagnostics import Path, Problems
from engines.expression.scope import Scope, TableFunction
from engines.expression.types import TEXT, USER, ListOf, RecordType
from engines.flow.check import check_flow
from engines.flow.model import Flow
from engines.flow.parse import flow_form, parse_flow
from engines.form.compute import recompute
from engines.form.model import Form
from engines.form.outline import FormOutline, OutlineContext, outline_form
from engines.form.parse import compile_form
from engines.link_parts import (
    linked_keys,
    parse_menu,
    parse_roles,
    parse_templates,
    template_forms,
)
from engines.report.dashboards import parse_dashboard
from engines.report.model import Dashboard, Report
from engines.report.parse import parse_report
from engines.rules.catalog import parse_actions
from engines.rules.model import Rule
from engines.rules.parse import parse_rule
from engines.rules.ruleset import Recompute, compile_rules
from engines.rules.table import Table, Watch, parse_table, table_function
from engines.sla.model import compile_policies
from engines.sla.parse import parse_policy
from engines.values import (
    AppId,
    DashboardId,
    Facts,
    FieldId,
    FlowId,
    FormId,
    LocaleText,
    ReportId,
    RoleId,
    RuleId,
    TableId,
    Values,
    locale_text,
)

_USER_FIELDS: Mapping[str, Any] = {
    "id": USER,
    "name": TEXT,
    "email": TEXT,
    "roles": ListOf(TEXT),
    "departments": ListOf(TEXT),
    "record": TEXT,
}
_USERS = RecordType("user", {"id": USER, "name": TEXT, "email": TEXT})


def link(
    data: Mapping[str, Any], problems: Problems, version: int, watch: Watch | None = None
) -> AppDefinition | None:
    """The compiled app of typed data; None when problems make it pointless to go on."""
    linking = _Linking(data, problems, watch)
    if problems and not linking.outlines:
        return None
    return linking.definition(version)


@dataclass(slots=True, init=False)
class _Linking:
    """The sections of one definition while they are joined."""

    data: Mapping[str, Any]
    problems: Problems
    watch: Watch | None
    locales: tuple[str, ...]
    time_zone: str
    roles: dict[RoleId, Role]
    outlines: dict[FormId, FormOutline]
    records: dict[FormId, RecordType]
    calendars: Mapping[str, Calendar]
    context: DefinitionContext
    tables: dict[TableId, Table]
    scopes: dict[FormId, Scope]

    def __init__(self, data: Mapping[str, Any], problems: Problems, watch: Watch | None) -> None:
        self.data = data
        self.watch = watch
        self.problems = problems
        self.locales = tuple(_items(data.get("locales"))) or ("en",)
        self.time_zone = _time_zone(data, problems)
        self.roles = parse_roles(_section(data, "roles"), self.locales, problems)
        self.outlines = self._outlines()
        self.records = {
            form: outline.record_type(self.outlines) for form, outline in self.outlines.items()
        }
        self.calendars = parse_calendars(
            _section(data, "calendars"), self.locales, self.time_zone, problems
        )
        self.scopes = {form: self._scope(form) for form in self.outlines}
        self.context = self._context()
        self.tables = self._tables()
        # Decision tables read fields; everything else may also ask the tables.
        self.scopes = {
            form: replace(scope, tables=self._functions(form))
            for form, scope in self.scopes.items()
        }

    def definition(self, version: int) -> AppDefinition:
        """The whole app; problems are reported on the way."""
        forms = {
            form: compile_form(outline, self.outlines, self.scopes[form], self.problems)
            for form, outline in self.outlines.items()
        }
        templates = parse_templates(_section(self.data, "templates"), self.context)
        rules = self._rules()
        flows = self._flows()
        policies = compile_policies(self._each("sla", str, parse_policy).values())
        reports = self._reports()
        dashboards = self._dashboards(reports)
        titles = {one.id: one.title for one in dashboards.values()}
        return AppDefinition(
            id=AppId(str(self.data.get("app", ""))),
            version=version,
            title=locale_text(self.data.get("title"), "", self.locales),
            description=locale_text(self.data.get("description"), "", self.locales),
            locales=self.locales,
            time_zone=self.time_zone,
            currency=str(self.data.get("currency") or ""),
            theme={key: str(value) for key, value in _section(self.data, "theme").items()},
            roles=self.roles,
            menu=parse_menu(self.data.get("menu"), self.context, _menu_targets(forms, titles)),
            forms=forms,
            templates=templates,
            tables=self.tables,
            rules=compile_rules(rules, _recompute(forms)),
            calendars=self.calendars,
            sla=policies,
            flows=flows,
            reports=reports,
            dashboards=dashboards,
            seeds=_section(self.data, "seeds"),
            linked_keys=linked_keys(forms, templates, rules, flows, self.tables, policies),
            scope=self.scopes.__getitem__,
        )

    def _outlines(self) -> dict[FormId, FormOutline]:
        section = _section(self.data, "forms")
        context = OutlineContext(
            problems=self.problems,
            locales=self.locales,
            currency=str(self.data.get("currency") or ""),
            forms=frozenset(FormId(name) for name in section),
            roles=frozenset(self.roles),
        )
        return {
            FormId(name): outline_form(FormId(name), one, context)
            for name, one in section.items()
            if isinstance(one, Mapping)
        }

    def _scope(self, form: FormId) -> Scope:
        record = self.records[form]
        names = {"record": record, "old": record, "user": RecordType("user", _USER_FIELDS)}
        return Scope(names, form=self._record_type, calendars=self.calendars)

    def _record_type(self, form: str) -> RecordType | None:
        return _USERS if form == "user" else self.records.get(FormId(form))

    def _context(self) -> DefinitionContext:
        def actions(data: object, path: Path, form: FormId) -> Any:
            return parse_actions(data, path, form, self.context)

        return DefinitionContext(
            problems=self.problems,
            locales=self.locales,
            time_zone=self.time_zone,
            forms={form: one.facts(self.outlines) for form, one in self.outlines.items()},
            roles=frozenset(self.roles),
            templates=template_forms(_section(self.data, "templates")),
            flows=_flow_forms(_section(self.data, "flows")),
            scope=lambda form: self.scopes[form],
            actions=actions,
            calendars=self.calendars,
            connectors=parse_connectors(_section(self.data, "connectors"), self.locales),
        )

    def _functions(self, form: FormId) -> dict[str, TableFunction]:
        """The tables over this form's records, as expressions call them."""
        return {
            table: table_function(one, self.watch)
            for table, one in self.tables.items()
            if one.form == form
        }

    def _tables(self) -> dict[TableId, Table]:
        found: dict[TableId, Table] = self._each("tables", TableId, parse_table)
        return found

    def _rules(self) -> list[Rule]:
        return list(self._each("rules", RuleId, parse_rule).values())

    def _flows(self) -> dict[FlowId, Flow]:
        flows: dict[FlowId, Flow] = self._each("flows", FlowId, parse_flow)
        for flow in flows.values():
            check_flow(flow, self.problems)
        return flows

    def _reports(self) -> dict[ReportId, Report]:
        return dict(self._each("reports", ReportId, parse_report))

    def _dashboards(self, reports: Mapping[ReportId, Report]) -> dict[DashboardId, Dashboard]:
        parse = partial(parse_dashboard, reports=reports)
        return dict(self._each("dashboards", DashboardId, parse))

    def _each(self, section: str, id_: Callable[[str], Any], parse: Callable[..., Any]) -> Any:
        """The parts of a section by id, without those whose problems were reported."""
        found = {}
        for name, one in _section(self.data, section).items():
            if isinstance(one, Mapping) and not self.problems.has_under((section, name)):
                part = parse(id_(name), one, self.context)
                if part is not None:
                    found[id_(name)] = part
        return found


def _recompute(forms: Mapping[FormId, Form]) -> Recompute:
    """Brings computed fields up to date between two rules, form by form."""

    def brought_up(
        form: FormId, values: Values, changed: frozenset[FieldId], facts: Facts
    ) -> Values:
        return recompute(forms[form], values, changed, facts)

    return brought_up


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _items(data: object) -> list[str]:
    return [str(one) for one in data] if isinstance(data, list) else []


def _time_zone(data: Mapping[str, Any], problems: Problems) -> str:
    name = str(data.get("time_zone") or "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.add(
            "A131",
            ("time_zone",),
            f"unknown time zone {name!r}",
            hint="Write a name like Asia/Shanghai, Europe/Madrid or UTC.",
        )
        return "UTC"
    return name


def _flow_forms(data: Mapping[str, Any]) -> dict[FlowId, FormId | None]:
    """The form each flow works on, as written, before any flow is parsed."""
    return {FlowId(name): flow_form(one) for name, one in data.items() if isinstance(one, Mapping)}


def _menu_targets(
    forms: Mapping[FormId, Form], dashboards: Mapping[DashboardId, LocaleText]
) -> Mapping[str, Mapping[str, LocaleText]]:
    """Where menu entries may lead, with the titles that places have of their own."""
    views = {
        f"{form.id}.{view.id}": form.title_plural if view.id == "all" else view.title
        for form in forms.values()
        for view in form.views.values()
    }
    return {
        "view": views,
        "form": {form.id: form.title for form in forms.values()},
        "dashboard": {str(name): title for name, title in dashboards.items()},
    }
