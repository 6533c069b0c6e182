"""The message catalogue: every word the product itself says, in four languages, with plurals.

Not here: the words of an app, which stand in its definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from engines.form.display import number_text

LOCALES = ("en", "zh", "es", "ar")
LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "zh": "中文",
    "es": "Español",
    "ar": "العربية",
}
_RIGHT_TO_LEFT = frozenset({"ar"})

Message = str | Mapping[str, str]  # {"one": "{count} task", "other": "{count} tasks"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language."""

    locale: str
    messages: Mapping[str, Message]

    def say(self, key: str, /, **params: Any) -> str:
        """The message under `key`; `count` chooses its plural form.

        An unknown key is our mistake and raises KeyError; tests ask for every key pages use.
        """
        message = self.messages[key]
        if not isinstance(message, str):
            category = plural_category(self.locale, int(params.get("count", 0)))
            message = message.get(category, message["other"])
        if isinstance(params.get("count"), int):
            params["count"] = number_text(params["count"], self.locale)
        return filled(message, params) if params else message


def catalogue(locale: str) -> Catalogue:
    """The catalogue of a locale, of its language, or the English one."""
    language = locale.split("-", 1)[0]
    return _loaded(language if language in LOCALES else "en")


def direction(locale: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if locale.split("-", 1)[0] in _RIGHT_TO_LEFT else "ltr"


def plural_category(locale: str, count: int) -> str:
    """The CLDR category of a whole number: one, other; in Arabic six of them."""
    language = locale.split("-", 1)[0]
    if language == "zh":
        return "other"
    if language != "ar":
        return "one" if count == 1 else "other"
    return _arabic_category(count)


def _arabic_category(count: int) -> str:
    exact = {0: "zero", 1: "one", 2: "two"}.get(count)
    if exact is not None:
        return exact
    rest = count % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


def filled(message: str, params: Mapping[str, Any]) -> str:
    """`{name}` replaced by its parameter. No format language: a value is never read again."""
    parts = message.split("{")
    out = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        out.append(f"{params[name]}{rest}" if closed and name in params else "{" + part)
    return "".join(out)


@cache
def _loaded(language: str) -> Catalogue:
    text = files("runtime.web").joinpath("messages", f"{language}.json").read_bytes()
    return Catalogue(language, orjson.loads(text))
