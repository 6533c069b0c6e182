"""Cut text into the words a search finds it by: words, and pairs of characters for Chinese.

Pure, and the only segmenter: SQLite and PostgreSQL index its words as they are, so both find the
same. A run of Han or kana gives every pair of neighbours and its last character alone, so that
`退款申请` is found by 退款, by 款申 and, by prefix, by each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engines.expression.folding import fold

MAX_WORDS = 20_000  # of one text; what stands behind is not found
MAX_WORD = 60
MAX_TERMS = 8  # of one query

_ASCII_RUN = re.compile("[a-z0-9]+")
_BETWEEN_ASCII_RUNS = re.compile("[^a-z0-9\n]+")
_TOO_LONG = re.compile(f"[a-z0-9]{{{MAX_WORD + 1}}}")
_RUN = re.compile(r"[^\W_]+")
_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_PART = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


def words(text: str) -> list[str]:
    """The words of a text in order, as the index keeps them."""
    if text.isascii():  # most texts of the West, and nothing in them to pair
        return [one[:MAX_WORD] for one in _ASCII_RUN.findall(text.lower())[:MAX_WORDS]]
    found: list[str] = []
    for part in _parts(text):
        found += _pairs(part) if _IS_HAN.match(part) else [part[:MAX_WORD]]
        if len(found) >= MAX_WORDS:
            return found[:MAX_WORDS]
    return found


def joined_words(texts: Sequence[str]) -> list[str]:
    """The words of each text with spaces between; plain texts are cut up in one piece."""
    together = "\n".join(texts)
    is_plain = together.isascii() and together.count("\n") == len(texts) - 1
    if is_plain and max(map(len, texts)) <= MAX_WORDS:
        together = together.lower()
        if not _TOO_LONG.search(together):
            cleaned = _BETWEEN_ASCII_RUNS.sub(" ", together)
            return [one.strip(" ") for one in cleaned.split("\n")]
    return [" ".join(words(text)) for text in texts]


def terms(query: str) -> tuple[tuple[str, ...], ...]:
    """What must be found, all of it: each term is a sequence of neighbours, its last a prefix.

    # "Drucker 退款申" -> (("drucker",), ("退款", "款申"))
    """
    found = [
        _query_pairs(part) if _IS_HAN.match(part) else (part[:MAX_WORD],) for part in _parts(query)
    ]
    return tuple(dict.fromkeys(found))[:MAX_TERMS]


def _parts(text: str) -> Iterator[str]:
    for run in _RUN.finditer(fold(text)):
        yield from _PART.findall(run.group())


def _pairs(run: str) -> list[str]:
    return [*(run[at : at + 2] for at in range(len(run) - 1)), run[-1]]


def _query_pairs(run: str) -> tuple[str, ...]:
    return (run,) if len(run) == 1 else tuple(run[at : at + 2] for at in range(len(run) - 1))
