"""Data as a definition may hold it, for property tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

# Definitions hold no control characters but tab and line feed.
letters = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs"],
    include_characters="\n\t",
    exclude_characters="\ufeff",
)
awkward = st.sampled_from(
    [
        *["", "no", "null", "~", "true", "5", "12:30", "=", "<<", "-", "- a", "-a", "---", "..."],
        *["a: b", "a #b", "#", "a:", ":a", "? a", "{x}", "[", "a, b", "'", '"', "\\", "*a", "&b"],
        *[
            "a\nb",
            "a\nb\n",
            "\na",
            " a\nb",
            "a\n\nb\n",
            "a \nb",
            "a\n",
            "\t",
            "| x",
            "> x",
            "%",
            "@",
        ],
        *[
            "客户",
            "مكتب",
            "it's",
            'say "hi"',
            "{{ number }} x",
            "record.a == 'b'",
            "a\u2028b",
        ],
    ]
)
words = awkward | st.text(letters, max_size=8)
keys = st.sampled_from(["a", "b", "title", "on", "null", "5", "客户", "a b", "x: y", ""])

raw_data = st.recursive(
    st.none() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=14,
)


def as_words(data: Any) -> Any:
    """Typed data as it reads back from a text: every scalar a word."""
    match data:
        case dict():
            return {key: as_words(one) for key, one in data.items()}
        case list():
            return [as_words(one) for one in data]
        case bool():
            return "true" if data else "false"
        case int():
            return str(data)
        case Decimal():
            return f"{data:f}"
        case _:
            return data
