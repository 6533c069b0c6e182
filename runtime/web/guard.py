"""Before any view: the right kind of body, a known visitor, the permission, our own origin.

One pass with one connection. Decided on the matched endpoint, never on the text of the address.
"""

from __future__ import annotations

import hmac
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Flask, Request, current_app, g, redirect, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from engines.errors import NotAllowed
from engines.values import AppId
from runtime.access.gate import require_capability
from runtime.ports import Reader
from runtime.web.catalogue import LOCALES
from runtime.web.limits import KNOWN, SESSION_COOKIES
from runtime.web.routes import Declared, changes_nothing, declared_of
from runtime.web.visitor import STRANGER, Visitor, know_in, runtime

THEME_COOKIE = "dougong_theme"
LANGUAGE_COOKIE = "dougong_language"
_THEMES = frozenset({"light", "dark"})
_STRANGER_ZONE = "UTC"


class NotSignedIn(NotAllowed):
    """The route needs a person and nobody is signed in."""

    def __init__(self) -> None:
        super().__init__("Sign in first.")


def watch(app: Flask) -> None:
    """Let every request of the application pass the guard."""
    by_endpoint = {
        rule.endpoint: declared_of(app, rule.endpoint) for rule in app.url_map.iter_rules()
    }

    @app.before_request
    def pass_guard() -> Response | None:
        declared = by_endpoint.get(request.endpoint or "")
        g.visitor = STRANGER
        if declared is not None and declared.max_bytes is not None:
            request.max_content_length = declared.max_bytes
        if declared is not None and not declared.permission.knows_person:
            return None
        with runtime().store.read() as reader:
            g.visitor = _visitor(reader, is_api=declared is not None and declared.is_api)
            if declared is None:
                return None  # Flask answers 404 or 405 in a moment
            return _check(reader, declared, g.visitor)


def is_secure() -> bool:
    """Whether cookies can be `__Host-` ones: everywhere but on plain http to loopback."""
    return cast(bool, current_app.config["DOUGONG_SECURE"])


def session_cookie() -> str:
    """The name of the session's cookie here."""
    return SESSION_COOKIES[0] if is_secure() else SESSION_COOKIES[1]


def _check(reader: Reader, declared: Declared, visitor: Visitor) -> Response | None:
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if has_body and request.mimetype not in declared.takes:
        raise UnsupportedMediaType
    if not changes_nothing(request.method) and visitor.via != "token":
        _require_own_origin(request)
    permission = declared.permission
    if not permission.needs_person:
        return None
    if visitor.user is None:
        if declared.is_api or not changes_nothing(request.method):
            raise NotSignedIn
        return redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'))}", code=303)
    _require_proof(visitor)
    if permission.needs_admin and not visitor.user.is_admin:
        raise NotAllowed("This is for administrators of the organisation.")
    app = (request.view_args or {}).get("app")
    if app is not None:
        actor, _ = know_in(reader, AppId(app))
        if permission.capability:
            require_capability(actor, permission.capability)
    return None


def _visitor(reader: Reader, *, is_api: bool) -> Visitor:
    authorization = request.headers.get("Authorization", "")
    if is_api and authorization.startswith("Bearer "):
        return _visitor_by_token(reader, authorization[7:].strip())
    token = request.cookies.get(session_cookie(), "")
    found = runtime().accounts.session(reader, token) if token else None
    if found is None:
        return _stranger()
    row, user = found
    _pass_turnstile()
    g.session_used = row
    scopes = frozenset({"read", "write"})
    return Visitor(user, row, scopes, "session", user.locale, user.time_zone, _theme())


def _visitor_by_token(reader: Reader, token: str) -> Visitor:
    found = runtime().accounts.bearer(reader, token)
    if found is None:
        return _stranger()
    row, user = found
    _pass_turnstile()
    g.token_used = row
    scopes = frozenset(row.scopes.split())
    return Visitor(user, None, scopes, "token", user.locale, user.time_zone, theme="")


def _stranger() -> Visitor:
    wanted = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    if wanted not in LOCALES:
        wanted = request.accept_languages.best_match(LOCALES) or LOCALES[0]
    return Visitor(None, None, frozenset(), "none", wanted, _STRANGER_ZONE, _theme())


def _theme() -> str:
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in _THEMES else ""


def _pass_turnstile() -> None:
    known = request.environ.get(KNOWN)
    if known is not None:
        known()


def _require_proof(visitor: Visitor) -> None:
    """A token must have the scope; a session's changing request must carry its CSRF token."""
    if visitor.via == "token":
        needed = "read" if changes_nothing(request.method) else "write"
        if needed not in visitor.scopes:
            raise NotAllowed(f"This token may not {needed}.")
        return
    if changes_nothing(request.method):
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("_csrf", "")
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise NotAllowed("This page is too old. Open it again and repeat.")


def _require_own_origin(asked: Request) -> None:
    """A changing request must come from a page of ours; one that does not say is refused."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise NotAllowed("This request came from another site.")
    origin = asked.headers.get("Origin")
    if origin is None and site is None:
        raise NotAllowed("This request does not say where it came from.")
    if origin is not None and urlsplit(origin).netloc != asked.host:
        raise NotAllowed("This request came from another site.")
