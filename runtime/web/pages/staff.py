"""For administrators: departments with their heads, and where each person stands.

Flows find people by this: the head of a department, somebody's manager, a skill, a region.
"""

from __future__ import annotations

import re

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import Conflict, NotFound
from engines.values import DepartmentId, UserId
from runtime.ports import DepartmentRow
from runtime.staffing import Placing, Staffing
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import ADMIN, route
from runtime.web.visitor import runtime, user_id, visitor

staff = Blueprint("staff", __name__)

_LONGEST = 100
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")  # as the definitions of apps write it


@route(staff, "/admin/departments", permission=ADMIN)
def departments() -> str:
    """Every department with the one above it, its head, and a form for another one."""
    return _departments_page("")


@route(staff, "/admin/departments", permission=ADMIN, methods=["POST"])
def save_department() -> AnyResponse:
    """Add a department or change it."""
    id_ = _word("id")
    if not _ID.fullmatch(id_):
        return _refused(_departments_page(visitor().words.say("staff.bad_id")))
    row = DepartmentRow(
        DepartmentId(id_),
        _word("title") or id_,
        DepartmentId(_word("parent")) if _word("parent") else None,
        UserId(_word("head")) if _word("head") else None,
    )
    try:
        _staffing().save_department(row)
    except Conflict:
        return _refused(_departments_page(visitor().words.say("staff.ring_of_departments")))
    return go_to("/admin/departments?done=saved")


@route(staff, "/admin/departments/<department>/remove", permission=ADMIN, methods=["POST"])
def remove_department(department: str) -> AnyResponse:
    """Forget a department that has none below it."""
    try:
        _staffing().remove_department(DepartmentId(department))
    except Conflict:
        return _refused(_departments_page(visitor().words.say("staff.has_some_below")))
    return go_to("/admin/departments?done=saved")


@route(staff, "/admin/users/<user>/place", permission=ADMIN)
def standing(user: str) -> str:
    """Where one person stands, as a form."""
    return _standing_page(UserId(user), "")


@route(staff, "/admin/users/<user>/place", permission=ADMIN, methods=["POST"])
def place(user: str) -> AnyResponse:
    """Change where a person stands."""
    manager = _word("manager")
    placing = Placing(
        departments=frozenset(
            DepartmentId(one[:60]) for one in request.form.getlist("department")
        ),
        manager=UserId(manager) if manager else None,
        has_manager=bool(manager),
        skills=_words("skills"),
        regions=_words("regions"),
    )
    try:
        _staffing().place(UserId(user), placing)
    except Conflict:
        return _refused(
            _standing_page(UserId(user), visitor().words.say("staff.ring_of_managers"))
        )
    return go_to("/admin/users?done=saved")


def _staffing() -> Staffing:
    return Staffing(runtime().store, user_id())


def _departments_page(problem: str) -> str:
    title = visitor().words.say("staff.departments")
    found = _staffing().departments()
    return page(
        "departments.html",
        Crumb(visitor().words.say("admin.title"), "/admin/users"),
        Crumb(title),
        here="/admin/departments",
        heading=title,
        departments=found,
        titles={one.id: one.title for one in found},
        people=runtime().accounts.users(),
        problem=problem,
    )


def _standing_page(user: UserId, problem: str) -> str:
    found = _staffing().standing(user)
    people = runtime().accounts.users()
    name = next((one.name for one in people if one.id == user), "")
    if not name:
        raise NotFound("this account")
    return page(
        "standing.html",
        Crumb(visitor().words.say("admin.users"), "/admin/users"),
        Crumb(name),
        here="/admin/users",
        heading=name,
        standing=found,
        departments=_staffing().departments(),
        people=[one for one in people if one.id != user],
        problem=problem,
    )


def _refused(html: str) -> AnyResponse:
    return make_response(html, 409)


def _word(name: str) -> str:
    return request.form.get(name, "").strip()[:_LONGEST]


def _words(name: str) -> frozenset[str]:
    """What was written between commas, of any language's kind."""
    parts = re.split("[,，、،;\n]", request.form.get(name, "")[:2_000])
    return frozenset(one.strip()[:_LONGEST] for one in parts if one.strip())
