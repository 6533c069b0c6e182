"""Where a page may send its visitor: addresses of our own only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect
from werkzeug.wrappers import Response


def own_path(wanted: str | None, *, otherwise: str = "/") -> str:
    r"""`wanted` when it is a path on this site, else `otherwise`.

    Browsers read `//host`, `/\\host` and control characters as other sites, so these are refused.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    if "\\" in wanted or not wanted.isprintable() or len(wanted) > 2000:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def go_to(path: str) -> Response:
    """Answer a POST by showing another page of ours (303: the browser asks with GET)."""
    return redirect(own_path(path), code=303)
