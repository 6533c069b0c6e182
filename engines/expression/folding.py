"""Text as it is compared without case and width: what stored folded columns hold, too."""

from __future__ import annotations

from unicodedata import normalize


def fold(text: str) -> str:
    """`text` in compatibility form and small letters: `fold("ＯＲＤＥＲ Ⅳ")` is "order iv"."""
    return text.lower() if text.isascii() else normalize("NFKC", text).lower()
