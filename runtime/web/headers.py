"""Security headers of every answer, and the nonce of its content security policy."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, g

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=()",
    "Cache-Control": "no-store",
}
_STRICT = "default-src 'none'; frame-ancestors 'none'"
_ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
# What an uploaded file may do when a browser opens it: nothing.
FILE_POLICY = "sandbox; default-src 'none'"


def nonce() -> str:
    """The nonce of this answer; made when a page first asks for it."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


class Covered:
    """WSGI: whatever answers, its security headers are complete; one it set itself is kept.

    Around Flask and not in it, so that refusals before Flask are covered too, and because its
    header objects cost four times as much.
    """

    def __init__(self, app: WSGIApplication, *, is_https: bool) -> None:
        self._app = app
        wanted = [*_FIXED.items(), ("Content-Security-Policy", _STRICT)]
        if is_https:
            wanted.append(_ONLY_HTTPS)
        self._wanted = {pair[0].lower(): pair for pair in wanted}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = set(map(str.lower, dict(headers)))
            if given.isdisjoint(self._wanted):
                headers += self._wanted.values()
            else:
                headers += [pair for name, pair in self._wanted.items() if name not in given]
            return start_response(status, headers, *error)

        return self._app(environ, start)


def allow_own_scripts(response: Response) -> None:
    """Let a page run and show what is ours; anything else keeps the strictest policy."""
    if response.mimetype != "text/html" or "Content-Security-Policy" in response.headers:
        return
    own = f"'self' 'nonce-{nonce()}'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src {own}; style-src {own}; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
