"""Security headers of every answer, and the nonce of its content security policy."""

from __future__ import annotations

import secrets

from flask import Response, g

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=()",
}
# What an uploaded file may do when a browser opens it: nothing.
FILE_POLICY = "sandbox; default-src 'none'"


def nonce() -> str:
    """The nonce of this answer; made when a page first asks for it."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def add_headers(response: Response, *, is_https: bool) -> None:
    """Add what is missing; a view that set a header itself keeps it."""
    wanted = {
        **_FIXED,
        "Content-Security-Policy": _policy(response),
        "Cache-Control": "no-store",
    }
    if is_https:
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    # one walk over the answer's headers; `setdefault` takes one for each name
    given = {name.lower() for name, _ in response.headers}
    for name, value in wanted.items():
        if name.lower() not in given:
            response.headers.add(name, value)


def _policy(response: Response) -> str:
    if response.mimetype != "text/html":
        return "default-src 'none'; frame-ancestors 'none'"
    own = f"'self' 'nonce-{nonce()}'"
    return (
        f"default-src 'self'; script-src {own}; style-src {own}; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
