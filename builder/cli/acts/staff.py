"""Acts on where people stand: departments, heads, managers, skills, regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.cli.acts.act import Act
from builder.cli.acts.users import user_by_email
from engines.errors import AppBuilderError
from engines.values import DepartmentId
from runtime.bootstrap import Runtime
from runtime.ports import DepartmentRow
from runtime.staffing import Placing, Staffing


def place(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Change where somebody stands; what is not given stays as it is."""
    user = user_by_email(runtime, payload["email"])
    manager = payload.get("manager")
    placing = Placing(
        departments=_set_of(payload, "departments"),
        manager=user_by_email(runtime, manager).id if manager else None,
        has_manager=not payload.get("no_manager", False),
        skills=_set_of(payload, "skills"),
        regions=_set_of(payload, "regions"),
    )
    Staffing(runtime.store).place(user.id, placing)
    return {"email": user.email, **_standing(runtime, user.id)}


def save_department(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Add or change a department; its head is named by mail address."""
    if not payload["id"].strip():
        raise AppBuilderError("A department needs an id.")
    head, parent = payload.get("head"), payload.get("parent")
    row = DepartmentRow(
        id=DepartmentId(payload["id"]),
        title=payload.get("title") or payload["id"],
        parent=DepartmentId(parent) if parent else None,
        head=user_by_email(runtime, head).id if head else None,
    )
    Staffing(runtime.store).save_department(row)
    return {"id": row.id}


def departments(runtime: Runtime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every department with its head."""
    with runtime.store.read() as reader:
        return [
            {
                "id": one.id,
                "title": one.title,
                "parent": one.parent or "",
                "head": _email(reader.directory.user(one.head)) if one.head else "",
            }
            for one in reader.staff.departments()
        ]


def remove_department(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a department."""
    Staffing(runtime.store).remove_department(DepartmentId(payload["id"]))
    return {"id": payload["id"]}


def _standing(runtime: Runtime, user: Any) -> dict[str, Any]:
    found = Staffing(runtime.store).standing(user)
    with runtime.store.read() as reader:
        manager = reader.directory.user(found.manager) if found.manager else None
    return {
        "departments": list(found.departments),
        "manager": _email(manager),
        "skills": list(found.skills),
        "regions": list(found.regions),
    }


def _email(user: Any) -> str:
    return user.email if user is not None else ""


def _set_of(payload: Mapping[str, Any], key: str) -> frozenset[Any] | None:
    """What was given under `key`; nothing given changes nothing, one empty text empties it."""
    given = payload.get(key)
    return frozenset(one for one in given if one) if given else None


STAFF_ACTS: Mapping[str, Act] = {
    "user.place": place,
    "department.set": save_department,
    "department.list": departments,
    "department.remove": remove_department,
}
