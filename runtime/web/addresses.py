"""Where pages are found, in one place; those that messages lead to stand in `runtime.addresses`.

Looks nothing up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engines.definition import MenuItem
from engines.values import AppId, FormId
from runtime.addresses import flow, record, task

__all__ = [
    "dashboard",
    "flow",
    "list_of",
    "new_record",
    "of_menu_item",
    "record",
    "task",
    "tasks",
]


def list_of(app: AppId, form: FormId, view: str = "all") -> str:
    """A view of a form."""
    return f"/a/{app}/f/{form}/?view={view}"


def new_record(app: AppId, form: FormId) -> str:
    """A blank form."""
    return f"/a/{app}/f/{form}/new"


def tasks(app: AppId, which: str = "mine") -> str:
    """Tasks: mine, pool, done."""
    return f"/a/{app}/tasks?which={which}"


def dashboard(app: AppId, dashboard_id: str) -> str:
    """A dashboard."""
    return f"/a/{app}/dashboards/{dashboard_id}"


def of_menu_item(app: AppId, item: MenuItem) -> str:
    """Where a menu item leads."""
    return _MENU[item.kind](app, item.target)


def _view(app: AppId, target: str) -> str:
    form, _, view = target.partition(".")
    return list_of(app, FormId(form), view or "all")


_MENU: Mapping[str, Callable[[AppId, str], str]] = {
    "view": _view,
    "tasks": lambda app, target: tasks(app, target or "mine"),
    "dashboard": dashboard,
    "form": lambda app, target: new_record(app, FormId(target)),
}
