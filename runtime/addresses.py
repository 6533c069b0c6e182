"""Where what people are told of is found: the paths of its pages, for links in messages.

The other pages' addresses stand in `runtime.web.addresses`. Looks nothing up.
"""

from __future__ import annotations

from engines.values import AppId, FormId, InstanceId, RecordId, TaskId


def record(app: AppId, form: FormId, record_id: RecordId) -> str:
    """A record."""
    return f"/a/{app}/f/{form}/{record_id}"


def task(app: AppId, task_id: TaskId) -> str:
    """A task."""
    return f"/a/{app}/tasks/{task_id}"


def flow(app: AppId, instance: InstanceId) -> str:
    """A flow instance."""
    return f"/a/{app}/flows/{instance}"
