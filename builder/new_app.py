"""The text of a new app: nothing in it but who may change it. What it grows is the designer's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping

from engines.source.dump import dump

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 40
_FALLBACK = "app"

OWNER = "owner"
_OWNER_TITLES: Mapping[str, str] = {
    "en": "Owner",
    "zh": "所有者",
    "es": "Responsable",
    "ar": "المالك",
}
_OWNER_MAY = ["design", "publish", "operate", "import", "export"]


def new_app_text(app: str, title: str, locale: str, time_zone: str) -> str:
    """A definition that can be published as it is, in one language and zone."""
    role = {"title": _OWNER_TITLES.get(locale, _OWNER_TITLES["en"]), "can": _OWNER_MAY}
    return dump(
        {
            "format": 1,
            "app": app,
            "title": title,
            "locales": [locale],
            "time_zone": time_zone,
            "roles": {OWNER: role},
            "forms": {},
        }
    )


def free_app_id(title: str, taken: Container[str]) -> str:
    """An id made of the title that no app has yet: `pet_shop`, `pet_shop_2`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = _NOT_IN_IDS.sub("_", plain).strip("_0123456789")[:_LONGEST_ID].strip("_") or _FALLBACK
    number = 1
    while (found := base if number == 1 else f"{base}_{number}") in taken:
        number += 1
    return found
