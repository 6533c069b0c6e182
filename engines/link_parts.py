"""What belongs to no engine: roles, menu, message templates, and what stands behind links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from engines.context import DefinitionContext
from engines.definition import MenuItem, MessageTemplate, Role
from engines.diagnostics import Path, Problems, did_you_mean, one_of
from engines.expression.scope import Scope
from engines.flow.model import Flow, needs
from engines.form.model import Form
from engines.rules.model import Rule
from engines.rules.table import Table
from engines.sla.model import Policies
from engines.template.compile import Template, compile_template
from engines.template.problems import TemplateError, report
from engines.values import FlowId, FormId, LocaleText, RoleId, TableId, locale_text

# Maps of these are by ids of the author, which may look like languages.
_OF_IDS = frozenset({"inputs", "outputs", "set", "set_value"})
_OF_RECORDS = frozenset({"seeds", "tests"})


def parse_roles(
    data: Mapping[str, Any], locales: tuple[str, ...], problems: Problems
) -> dict[RoleId, Role]:
    """The roles; an unknown included role and a circle of them are reported."""
    roles = {
        RoleId(name): Role(
            id=RoleId(name),
            title=locale_text((one or {}).get("title"), name, locales),
            includes=tuple(RoleId(other) for other in (one or {}).get("includes", ())),
            can=frozenset((one or {}).get("can", ())),
            is_portal=bool((one or {}).get("portal", False)),
        )
        for name, one in data.items()
    }
    for role in roles.values():
        for index, other in enumerate(role.includes):
            path: Path = ("roles", role.id, "includes", index)
            _check_included(roles, role, other, path, problems)
    return roles


def _check_included(
    roles: Mapping[RoleId, Role], role: Role, other: RoleId, path: Path, problems: Problems
) -> None:
    if other not in roles:
        problems.add(
            "A101",
            path,
            f"unknown role {other!r}",
            hint=did_you_mean(other, roles) or one_of(roles),
        )
    elif role.id in _included(roles, other):
        problems.add(
            "A102",
            path,
            f"role {role.id!r} includes itself through {other!r}",
            hint="Remove one of the two.",
        )


def _included(roles: Mapping[RoleId, Role], start: RoleId) -> set[RoleId]:
    found: set[RoleId] = set()
    todo = [start]
    while todo:
        role = todo.pop()
        if role in roles and role not in found:
            found.add(role)
            todo.extend(roles[role].includes)
    return found


def note_locales(data: Mapping[str, Any], problems: Problems) -> None:
    """Warn of texts in languages that the app does not name: nobody ever sees them."""
    locales = [str(one) for one in data.get("locales") or () if isinstance(one, str)]
    if locales:
        _note_locales(data, (), locales, problems)


def _note_locales(data: Any, path: Path, locales: list[str], problems: Problems) -> None:
    if isinstance(data, list):
        for index, one in enumerate(data):
            _note_locales(one, (*path, index), locales, problems)
    if not isinstance(data, Mapping):
        return
    is_text = all(isinstance(one, str) for one in data.values())
    if is_text and not _is_by_ids(path) and set(locales).intersection(data):
        for name in [one for one in data if one not in locales]:
            message = f"{name!r} is not among the app's locales: {', '.join(locales)}"
            hint = did_you_mean(name, locales) or "Add it to locales, or take the text away."
            problems.warn("A141", (*path, name), message, hint=hint)
        return
    for key, one in data.items():
        if key not in _OF_RECORDS:
            _note_locales(one, (*path, key), locales, problems)


def _is_by_ids(path: Path) -> bool:
    return bool(path) and (path[-1] == "options" or not _OF_IDS.isdisjoint(path))


# Where menu entries may lead: kind -> target -> its own title.
# {"view": {"order.open": LocaleText(…)}, "form": {…}, "dashboard": {…}}
Targets: TypeAlias = Mapping[str, Mapping[str, LocaleText]]


def parse_menu(data: object, context: DefinitionContext, targets: Targets) -> tuple[MenuItem, ...]:
    """The menu in the author's order; entries that lead nowhere are reported."""
    return _menu(data, ("menu",), context, targets) if isinstance(data, list) else ()


def _menu(
    data: list[Any], path: Path, context: DefinitionContext, targets: Targets
) -> tuple[MenuItem, ...]:
    found = [
        _menu_item(entry, (*path, index), context, targets)
        for index, entry in enumerate(data)
        if isinstance(entry, Mapping)
    ]
    return tuple(item for item in found if item is not None)


def _menu_item(
    entry: Mapping[str, Any], path: Path, context: DefinitionContext, targets: Targets
) -> MenuItem | None:
    kinds = [key for key in (*targets, "tasks", "group") if key in entry]
    if len(kinds) != 1:
        context.problems.add(
            "A111",
            path,
            "a menu entry leads to exactly one place",
            hint=f"Keep one of {', '.join([*targets, 'tasks', 'group'])}.",
        )
        return None
    kind = kinds[0]
    roles = _menu_roles(entry, path, context)
    title = locale_text(entry.get("title"), "", context.locales)
    if kind == "group":
        group = entry["group"]
        items = _menu(group.get("items", []), (*path, "group", "items"), context, targets)
        return MenuItem(
            "group", "", locale_text(group.get("title"), "", context.locales), items, roles
        )
    target = str(entry[kind])
    known = targets.get(kind)
    if known is not None and target not in known:
        context.problems.add(
            "A112",
            (*path, kind),
            f"unknown {kind} {target!r}",
            hint=did_you_mean(target, known) or one_of(known),
        )
        return None
    own = known[target] if known is not None else title
    return MenuItem(kind, target, title or own, roles=roles)


def _menu_roles(
    entry: Mapping[str, Any], path: Path, context: DefinitionContext
) -> frozenset[RoleId]:
    """The roles an entry is for; unknown ones are reported."""
    named = [RoleId(str(role)) for role in entry.get("roles") or ()]
    for index, role in enumerate(named):
        if role not in context.roles:
            context.problems.add(
                "A113",
                (*path, "roles", index),
                f"unknown role {role!r}",
                hint=did_you_mean(role, context.roles) or one_of(sorted(context.roles)),
            )
    return frozenset(named)


def template_forms(data: Mapping[str, Any]) -> dict[str, FormId]:
    """The form that each message template speaks of, as written."""
    return {
        name: FormId(str(one.get("for", "")))
        for name, one in data.items()
        if isinstance(one, Mapping)
    }


def parse_templates(
    data: Mapping[str, Any], context: DefinitionContext
) -> dict[str, MessageTemplate]:
    """The message templates, each text compiled for each locale it is written in."""
    found: dict[str, MessageTemplate] = {}
    for name, form in template_forms(data).items():
        path: Path = ("templates", name)
        if form not in context.forms:
            context.problems.add(
                "A121",
                (*path, "for"),
                f"unknown form {form!r}",
                hint=did_you_mean(form, context.forms) or one_of(context.forms),
            )
            continue
        scope = context.scope(form)
        found[name] = MessageTemplate(
            id=name,
            form=form,
            subject=_texts(data[name].get("subject"), (*path, "subject"), scope, context.problems),
            body=_texts(data[name].get("body"), (*path, "body"), scope, context.problems),
            locales=context.locales,
        )
    return found


def _texts(data: object, path: Path, scope: Scope, problems: Problems) -> dict[str, Template]:
    """Template by locale; a text written once for all stands under ''."""
    written = data if isinstance(data, Mapping) else {"": data}
    found: dict[str, Template] = {}
    for locale, text in written.items():
        place = (*path, locale) if locale else path
        try:
            found[locale] = compile_template(str(text or ""), html=False, scope=scope)
        except TemplateError as error:
            report(problems, place, error)
    return found


def linked_keys(
    forms: Mapping[FormId, Form],
    templates: Mapping[str, Any],
    rules: Iterable[Rule],
    flows: Mapping[FlowId, Flow],
    tables: Mapping[TableId, Table],
    policies: Policies,
) -> dict[FormId, tuple[str, ...]]:
    """Every key behind links that anything reads of a record, by form, in order."""
    keys: dict[FormId, set[str]] = {form: set() for form in forms}

    def note(form: FormId, paths: Any) -> None:
        keys.setdefault(form, set()).update(
            key for root, key in paths if root in ("record", "old") and "." in key
        )

    for form in forms.values():
        for behind in form.linked_keys.values():
            keys[form.id].update(behind)
    for template in templates.values():
        note(template.form, template.paths)
    for rule in rules:
        note(rule.form, rule.paths)
    for flow in flows.values():
        note(flow.form, needs(flow))
    for table in tables.values():
        note(table.form, table.paths)
    for policy in policies.by_id.values():
        note(policy.form, policy.paths)
        for arrival in [one for target in policy.targets for one in target.arrivals]:
            note(arrival.form, arrival.when.paths if arrival.when is not None else ())
    return {form: tuple(sorted(found)) for form, found in keys.items()}
