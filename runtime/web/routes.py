"""Routes and the permission each asks for: a route without one fails start-up. Checks nobody.

@route(pages, "/a/<app>/tasks", permission=SIGNED_IN)
def my_tasks(app: str) -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask

from engines.errors import BugError

View = TypeVar("View", bound=Callable[..., Any])

JSON = frozenset({"application/json"})
FORM = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
UPLOAD = frozenset({"multipart/form-data"})


@dataclass(frozen=True, slots=True)
class Permission:
    """What a route asks of its visitor before any code of its own runs.

    Which records and fields they may see or change is decided further in, by the one gate.
    """

    name: str
    needs_person: bool = True
    knows_person: bool = True  # False: nobody is looked up, not even in the database
    needs_admin: bool = False
    capability: str = ""  # of a role in the app that the address names as <app>


ANYBODY = Permission("anybody", needs_person=False, knows_person=False)
PUBLIC = Permission("public", needs_person=False)
SIGNED_IN = Permission("signed_in")
ADMIN = Permission("admin", needs_admin=True)


def can(capability: str) -> Permission:
    """The right that a role in the route's <app> must give: design, publish, operate, …"""
    return Permission(f"can {capability}", capability=capability)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a view function says of itself."""

    permission: Permission
    takes: frozenset[str]
    is_api: bool
    max_bytes: int | None
    is_command: bool


_DECLARED = "dougong_route"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def route(  # noqa: PLR0913  one line says all that is particular about an address
    blueprint: Blueprint,
    rule: str,
    *,
    permission: Permission,
    methods: Iterable[str] = ("GET",),
    takes: frozenset[str] = FORM,
    is_api: bool = False,
    max_bytes: int | None = None,
    is_command: bool = False,
) -> Callable[[View], View]:
    """Register a view under `rule`; one view may have several rules with one declaration."""
    if permission.capability and "<app>" not in rule:
        raise BugError(f"route {rule} asks for a right in an app, but names no <app>")
    declared = Declared(permission, takes, is_api, max_bytes, is_command)

    def register(view: View) -> View:
        if getattr(view, _DECLARED, declared) != declared:
            raise BugError(f"route {rule} declares another permission than its view has")
        setattr(view, _DECLARED, declared)
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods))
        return view

    return register


def command(blueprint: Blueprint, rule: str, method: str) -> Callable[[View], View]:
    """Register a view of the API that changes nothing but by one command of the bus in <app>.

    What its visitor is may then be made sure of by the command's own unit: see `claims`.
    """
    return route(
        blueprint,
        rule,
        permission=SIGNED_IN,
        methods=[method],
        takes=JSON,
        is_api=True,
        is_command=True,
    )


def declared_of(app: Flask, endpoint: str) -> Declared | None:
    """What the view behind an endpoint declares."""
    found = getattr(app.view_functions.get(endpoint), _DECLARED, None)
    return found if isinstance(found, Declared) else None


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One address as `dougong routes` prints it."""

    rule: str
    methods: tuple[str, ...]
    permission: str
    endpoint: str


def route_lines(app: Flask) -> tuple[RouteLine, ...]:
    """Every address with the permission it asks for. Raises BugError for one that asks nothing."""
    lines = []
    for rule in app.url_map.iter_rules():
        declared = declared_of(app, rule.endpoint)
        if declared is None:
            raise BugError(f"route {rule.rule} ({rule.endpoint}) declares no permission")
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(RouteLine(rule.rule, methods, declared.permission.name, rule.endpoint))
    return tuple(sorted(lines, key=lambda line: (line.rule, line.methods)))


def changes_nothing(method: str) -> bool:
    """Whether a method only reads; such a request needs no proof of where it came from."""
    return method in _READING
