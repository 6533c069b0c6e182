"""Before any view: the right kind of body, a known visitor, the permission, our own origin.

One pass with one connection. Decided on the matched endpoint, never on the text of the address.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlsplit

from flask import current_app, redirect
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from engines.errors import BugError, NotAllowed, NotFound
from engines.values import AppId
from runtime.access.gate import require_capability
from runtime.accounts import SCOPES
from runtime.commands import Claim
from runtime.live import LiveApp
from runtime.ports import Entrance, Reader, TokenRow
from runtime.sign_in import hashed_token
from runtime.web.asked import STRANGER, Request, Visitor
from runtime.web.catalogue import LOCALES
from runtime.web.claims import Claims, confirmed
from runtime.web.front import Front
from runtime.web.limits import KNOWN, SESSION_COOKIES
from runtime.web.logs import ROUTE, USER
from runtime.web.routes import Declared, changes_nothing, declared_of
from runtime.web.visitor import (
    Version,
    current_request,
    know_in,
    runtime,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from runtime.web.needs import Runtime

THEME_COOKIE = "dougong_theme"
LANGUAGE_COOKIE = "dougong_language"
_THEMES = frozenset({"light", "dark"})
_STRANGER_ZONE = "UTC"
_NOTHING = frozenset({"", "0"})  # lengths


class NotSignedIn(NotAllowed):
    """The route needs a person and nobody is signed in."""

    def __init__(self) -> None:
        super().__init__("Sign in first.")


def watch(app: Front, running: Runtime) -> None:
    """Let every request of the application pass the guard."""
    guard = _Guard(app, running)
    app.before, app.dispatch = guard.pass_, guard.dispatch


class _Guard:
    """Decides on every request before its view, and on what was claimed after it."""

    def __init__(self, app: Front, running: Runtime) -> None:
        self._runtime = running
        self._claims = Claims(running.clock)
        self._by_endpoint = {
            rule.endpoint: declared_of(app, rule.endpoint) for rule in app.url_map.iter_rules()
        }

    def pass_(self) -> Response | None:
        """None lets the view go on."""
        asked = current_request()
        asked.visitor, asked.actors, declared = STRANGER, {}, None
        if asked.url_rule is not None:
            declared = self._by_endpoint.get(asked.url_rule.endpoint)
            asked.environ[ROUTE] = asked.url_rule.rule
        if declared is not None and declared.max_bytes is not None:
            asked.max_content_length = declared.max_bytes
        if declared is not None and not declared.permission.knows_person:
            return None
        if declared is not None and declared.is_command:
            found = self._claimed(asked)
            if found is not None:
                asked.visitor = found
                try:
                    return _check(self._compiled, declared, found, asked)
                except (NotAllowed, NotFound):
                    pass  # which only the database may say
        return self._ask(declared, asked)

    def dispatch(self, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
        """The view's answer, once whatever was claimed is sure."""
        asked = current_request()
        claim = asked.visitor.claim
        if claim is None:
            return view()
        asked.whole_body()  # kept for a second time

        def anew() -> ResponseReturnValue:
            return self._ask(self._by_endpoint[asked.endpoint or ""], asked) or view()

        return confirmed(claim, view, partial(self._is_still_so, claim, asked), anew)

    def _ask(self, declared: Declared | None, asked: Request) -> Response | None:
        with self._runtime.store.look() as reader:  # one question tells all
            is_api = declared is not None and declared.is_api
            found = asked.visitor = _visitor(reader, asked, self._claims, is_api=is_api)
            if found.user is not None:
                asked.environ[USER] = found.user.id
            if declared is None:
                return None  # Flask answers 404 or 405 in a moment
            version = partial(self._runtime.live.version, reader)
            return _check(version, declared, found, asked)

    def _is_still_so(self, claim: Claim, asked: Request) -> bool:
        app = _app_of(asked)
        with self._runtime.store.look() as reader:
            found = reader.directory.token(claim.token_hash, app)
        if found is not None and found.mark == claim.mark:
            return True
        self._claims.forget(claim.token_hash, app)
        asked.environ.pop(USER, None)
        asked.actors.clear()
        return False

    def _claimed(self, asked: Request) -> Visitor | None:
        """Whoever held the token a moment ago, in an app that this process has compiled."""
        token_hash, app = _bearer(asked), _app_of(asked)
        found = self._claims.find(token_hash, app)
        if found is None or found.live is None:
            return None
        if self._runtime.live.known(app, found.live) is None:
            return None
        _pass_turnstile(asked)
        asked.environ[USER] = found.user.id
        return _by_token(found, Claim(token_hash, found.mark))

    def _compiled(self, app: AppId, number: int) -> LiveApp:
        found = self._runtime.live.known(app, number)
        if found is None:
            raise BugError(f"version {number} of {app} is not compiled any more")
        return found


def is_secure() -> bool:
    """Whether cookies can be `__Host-` ones: everywhere but on plain http to loopback."""
    return cast(bool, current_app.config["DOUGONG_SECURE"])


def session_cookie() -> str:
    """The name of the session's cookie here."""
    return SESSION_COOKIES[0] if is_secure() else SESSION_COOKIES[1]


def _check(
    version: Version, declared: Declared, visitor: Visitor, asked: Request
) -> Response | None:
    if not _takes(declared, asked):
        raise UnsupportedMediaType
    only_reads = changes_nothing(asked.method)
    if declared.is_command and visitor.user is None:
        raise NotSignedIn
    if not only_reads and visitor.via != "token":
        _require_own_origin(asked)
    permission = declared.permission
    if not permission.needs_person:
        return None
    if visitor.user is None:
        if declared.is_api or not only_reads:
            raise NotSignedIn
        return redirect(f"/sign-in?next={quote(asked.full_path.rstrip('?'))}", code=303)
    _require_proof(visitor, asked, only_reads=only_reads)
    if permission.needs_admin and not visitor.user.is_admin:
        raise NotAllowed("This is for administrators of the organisation.")
    app = (asked.view_args or {}).get("app")
    if app is not None:
        actor = know_in(asked, version, AppId(app))
        if permission.capability:
            require_capability(actor, permission.capability)
    return None


def _takes(declared: Declared, asked: Request) -> bool:
    """Whether the body, if there is one, is of a kind that the view reads."""
    said = asked.environ
    if said.get("CONTENT_LENGTH", "") in _NOTHING and "HTTP_TRANSFER_ENCODING" not in said:
        return True
    # Taken apart only where it says more than the kind.
    return said.get("CONTENT_TYPE") in declared.takes or asked.mimetype in declared.takes


def _app_of(asked: Request) -> AppId:
    """The app that the address names, or none."""
    return AppId((asked.view_args or {}).get("app") or "")


def _bearer(asked: Request) -> str:
    """The hash of the request's API token, or nothing."""
    authorization = asked.environ.get("HTTP_AUTHORIZATION", "")
    return hashed_token(authorization[7:].strip()) if authorization.startswith("Bearer ") else ""


def _visitor(reader: Reader, asked: Request, claims: Claims, *, is_api: bool) -> Visitor:
    app = (asked.view_args or {}).get("app")
    token_hash = _bearer(asked) if is_api else ""
    if token_hash:
        return _visitor_by_token(reader, asked, claims, token_hash)
    token = asked.cookies.get(session_cookie(), "")
    found = runtime().accounts.session(reader, token, app) if token else None
    if found is None:
        return _stranger(asked)
    _pass_turnstile(asked)
    asked.session_used = found.by
    return Visitor(
        found.user,
        found.by,
        SCOPES,
        "session",
        found.user.locale,
        found.user.time_zone,
        _theme(asked),
        found.standing,
        found.live,
    )


def _visitor_by_token(reader: Reader, asked: Request, claims: Claims, token_hash: str) -> Visitor:
    app = _app_of(asked)
    found = reader.directory.token(token_hash, app)
    if found is None:
        claims.forget(token_hash, app)
        return _stranger(asked)
    claims.keep(token_hash, app, found)
    _pass_turnstile(asked)
    asked.token_used = found.by
    return _by_token(found)


def _by_token(found: Entrance[TokenRow], claim: Claim | None = None) -> Visitor:
    return Visitor(
        found.user,
        None,
        frozenset(found.by.scopes.split()),
        "token",
        found.user.locale,
        found.user.time_zone,
        "",
        found.standing,
        found.live,
        claim,
    )


def _stranger(asked: Request) -> Visitor:
    wanted = asked.args.get("lang") or asked.cookies.get(LANGUAGE_COOKIE, "")
    if wanted not in LOCALES:
        wanted = asked.accept_languages.best_match(LOCALES) or LOCALES[0]
    return Visitor(None, None, frozenset(), "none", wanted, _STRANGER_ZONE, _theme(asked))


def _theme(asked: Request) -> str:
    theme = asked.cookies.get(THEME_COOKIE, "")
    return theme if theme in _THEMES else ""


def _pass_turnstile(asked: Request) -> None:
    known = asked.environ.get(KNOWN)
    if known is not None:
        known()


def _require_proof(visitor: Visitor, asked: Request, *, only_reads: bool) -> None:
    """A token must have the scope; a session's changing request must carry its CSRF token."""
    if visitor.via == "token":
        needed = "read" if only_reads else "write"
        if needed not in visitor.scopes:
            raise NotAllowed(f"This token may not {needed}.")
        return
    if only_reads:
        return
    given = asked.headers.get("X-CSRF-Token") or asked.form.get("_csrf", "")
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
