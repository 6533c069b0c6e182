"""Why something was refused, or has stopped, in the reader's language; the core speaks English.

The API keeps the English sentence beside its stable code; pages say it through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from engines.values import LocaleText
from runtime.web.sentences import Book

_BOOK: Final = Book(Path(__file__).parent)

languages = _BOOK.languages
sentences = _BOOK.written


def told(text: str, locale: str) -> str:
    """A refusal in a language; English where nobody translated it."""
    return _BOOK.translated(text, locale.split("-", 1)[0])


def told_incident(text: str, locale: str, nodes: Iterable[tuple[str, LocaleText]] = ()) -> str:
    """Why a case has stopped, `wait: the moment to wait for is empty`, with its step's title."""
    node, colon, reason = text.partition(": ")
    if not colon:
        return told(text, locale)
    title = next((one.in_locale(locale) for id_, one in nodes if id_ == node), node)
    return f"{title}: {told(reason, locale)}"
