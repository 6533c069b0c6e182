"""Built scripts and styles: names from Vite's manifest, served with a year of caching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import orjson
from flask import Blueprint, Response, send_from_directory

from engines.errors import BugError
from runtime.web.routes import ANYBODY, route

STATIC = Path(str(files("runtime.web").joinpath("static")))
assets = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page that uses an entry must load."""

    script: str
    styles: tuple[str, ...]


def entry(source: str) -> Entry:
    """The built files of `runtime/ui/main.ts`. Raises BugError when nothing was built."""
    manifest = _manifest()
    if source not in manifest:
        raise BugError(f"{source} is not built. Run: make setup")
    chunk = manifest[source]
    return Entry(_address(chunk["file"]), tuple(_styles(manifest, source, set())))


def _styles(manifest: Mapping[str, dict[str, object]], source: str, seen: set[str]) -> list[str]:
    """Style sheets of an entry and of all it imports; shared ones stand in a shared chunk."""
    if source in seen:
        return []
    seen.add(source)
    chunk = manifest[source]
    found = [
        style
        for imported in _texts(chunk.get("imports"))
        for style in _styles(manifest, imported, seen)
    ]
    return found + [_address(name) for name in _texts(chunk.get("css"))]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _address(name: object) -> str:
    return f"/static/build/{name}"


@cache
def _manifest() -> Mapping[str, dict[str, object]]:
    path = STATIC / "build" / "manifest.json"
    if not path.is_file():
        raise BugError("The front end is not built. Run: make setup")
    loaded: Mapping[str, dict[str, object]] = orjson.loads(path.read_bytes())
    return loaded


@route(assets, "/static/<path:name>", permission=ANYBODY)
def static_file(name: str) -> Response:
    """A built file; its name has a hash in it, so it never changes."""
    response = send_from_directory(STATIC, name, max_age=31_536_000)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
