"""An app's menu through the gate: only what the actor may open, with counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engines.definition import MenuItem
from engines.values import FormId
from runtime.access import gate, lists, reports, task_lists
from runtime.access.shown import MenuEntry
from runtime.access.view import Looking


def shown_menu(looking: Looking, items: Sequence[MenuItem]) -> tuple[MenuEntry, ...]:
    """Menu items the actor may open; views and tasks with how many there are."""
    entries = [_menu_entry(looking, item) for item in items if _is_for(looking, item)]
    return tuple(entry for entry in entries if entry is not None)


def _is_for(looking: Looking, item: MenuItem) -> bool:
    is_named = bool(item.roles & looking.actor.roles)
    return not item.roles or is_named or gate.is_unrestricted(looking.actor)


def _menu_entry(looking: Looking, item: MenuItem) -> MenuEntry | None:
    if item.kind == "group":
        inner = shown_menu(looking, item.items)
        return MenuEntry(item, entries=inner) if inner else None
    if item.kind == "view":
        form_id, _, view = item.target.partition(".")
        form = looking.app.form(FormId(form_id))
        if not gate.ever(form, looking.actor, "read"):
            return None
        query = lists.record_query(looking, form, lists.view_of(form, view))
        return MenuEntry(item, looking.reader.records.count(looking.app.table(form.id), query))
    if item.kind in _OPENED:
        return MenuEntry(item) if _OPENED[item.kind](looking, item.target) else None
    if item.kind == "tasks":
        return MenuEntry(item, task_lists.task_count(looking, item.target or "mine"))
    return MenuEntry(item)


def _may_fill(looking: Looking, form: str) -> bool:
    return gate.ever(looking.app.form(FormId(form)), looking.actor, "create")


# Menu entries without a number, and who may open them.
_OPENED: Mapping[str, Callable[[Looking, str], bool]] = {
    "form": _may_fill,
    "dashboard": reports.may_open,
}
