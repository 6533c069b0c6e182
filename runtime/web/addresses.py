"""Where things are found: the addresses of pages, in one place. Looks nothing up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engines.definition import MenuItem
from engines.values import AppId, FormId, InstanceId, RecordId, TaskId


def list_of(app: AppId, form: FormId, view: str = "all") -> str:
    """A view of a form."""
    return f"/a/{app}/f/{form}/?view={view}"


def new_record(app: AppId, form: FormId) -> str:
    """A blank form."""
    return f"/a/{app}/f/{form}/new"


def record(app: AppId, form: FormId, record_id: RecordId) -> str:
    """A record."""
    return f"/a/{app}/f/{form}/{record_id}"


def task(app: AppId, task_id: TaskId) -> str:
    """A task."""
    return f"/a/{app}/tasks/{task_id}"


def tasks(app: AppId, which: str = "mine") -> str:
    """Tasks: mine, pool, done."""
    return f"/a/{app}/tasks?which={which}"


def flow(app: AppId, instance: InstanceId) -> str:
    """A flow instance."""
    return f"/a/{app}/flows/{instance}"


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
