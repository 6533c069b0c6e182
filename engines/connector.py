"""Other programs that an app may call: how `connectors` are written, and what is made of them.

Calls nobody: the action `call` asks for it, the runtime does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.values import LocaleText, locale_text

_ID = "^[a-z][a-z0-9_]{0,47}$"
_TEXT: Mapping[str, Any] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Connector:
    """Where another program listens. `secret` is a name in the settings, never the secret."""

    id: str
    title: LocaleText
    url: str  # without a slash at its end
    secret: str = ""
    header: str = ""  # that carries the secret; empty: Authorization, as a bearer token


def connectors_schema() -> dict[str, Any]:
    """The schema of the section `connectors`."""
    connector = {
        "type": "object",
        "required": ["type", "url"],
        "properties": {
            "type": {"enum": ["http"], "title": "Speaks"},
            "title": {**_TEXT, "title": "Title"},
            "url": {
                "type": "string",
                "title": "Address",
                "description": "What the addresses of its calls begin with.",
                "pattern": r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$",
                "maxLength": 300,
                "x-hint": "Write an address without user, '?' and '#': https://erp.example.com/api.",
            },
            "secret": {
                "type": "string",
                "title": "Secret",
                "description": "Its name in the settings, where the secret itself stands.",
                "pattern": _ID,
            },
            "header": {
                "type": "string",
                "title": "Header of the secret",
                "description": "Without one it goes as a bearer token.",
                "pattern": "^[A-Za-z][A-Za-z0-9-]{0,60}$",
            },
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "title": "Connectors",
        "propertyNames": {"pattern": _ID},
        "additionalProperties": connector,
    }


def parse_connectors(data: Mapping[str, Any], locales: tuple[str, ...]) -> Mapping[str, Connector]:
    """Every connector; the schema has checked them."""
    return {
        name: Connector(
            id=name,
            title=locale_text(one.get("title"), name, locales),
            url=str(one.get("url", "")).rstrip("/"),
            secret=str(one.get("secret") or ""),
            header=str(one.get("header") or ""),
        )
        for name, one in data.items()
        if isinstance(one, Mapping)
    }
