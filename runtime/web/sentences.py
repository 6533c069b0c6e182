"""Sentences that the code speaks in English, said in another language by a book of sentences.

A language's file maps sentences to sentences: `unknown role '{a}'` stands for every such message,
and what stood in place of `{a}` is put into the translation. What is quoted is somebody's own and
stays; what is not may be a word of ours (`a number`) and is looked up itself. The words of pages
themselves stand in the catalogue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

_SLOT = re.compile(r"('?)\{([a-z])\}\1")
# What somebody wrote may stand in a text: trying every sentence on it must not take long.
_LONGEST = 600  # characters
_MOST_ENDS = 3  # of sentences, at which a text is taken apart
_ARTICLE = re.compile(r"^an? ")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with places for values, and what says the same in another language."""

    pattern: re.Pattern[str]
    quoted: frozenset[str]
    translation: str


@dataclass(frozen=True, slots=True)
class Book:
    """A folder with a file of sentences for each language but English."""

    folder: Path

    def translated(self, text: str, locale: str) -> str:
        """The sentences of a text in a language; English where nobody translated them."""
        return _translated(self.folder, text, locale) if 0 < len(text) <= _LONGEST else text

    def languages(self) -> Sequence[str]:
        """The languages there is a file for."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def written(self, locale: str) -> Mapping[str, str]:
        """What a language's file says, as it stands there; nothing for English."""
        return _written(self.folder, locale)


@lru_cache(maxsize=1_024)  # a list repeats a few sentences on all its lines
def _translated(folder: Path, text: str, locale: str) -> str:
    found = _sentences(folder, locale)
    return _whole(text, found) or _one_by_one(text, found) or text


@cache
def _written(folder: Path, locale: str) -> Mapping[str, str]:
    path = folder / f"{locale}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


@cache
def _sentences(folder: Path, locale: str) -> Sequence[Sentence]:
    """The sentences, those that say most by themselves first."""
    written = _written(folder, locale)
    by_words = sorted(written, key=lambda one: -len(_SLOT.sub("", one)))
    return [_sentence(english, written[english]) for english in by_words]


def _sentence(english: str, translation: str) -> Sentence:
    pattern, quoted, at = "", set(), 0
    for slot in _SLOT.finditer(english):
        pattern += re.escape(english[at : slot.start()])
        mark, name = slot.groups()
        if mark:  # as Python quotes: in double quotes where the text itself holds a single one
            quoted.add(name)
            pattern += f"(?P<{name}>'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
        else:
            pattern += f"(?P<{name}>.+?)"
        at = slot.end()
    return Sentence(
        re.compile(pattern + re.escape(english[at:]), re.DOTALL), frozenset(quoted), translation
    )


def _whole(text: str, book: Sequence[Sentence]) -> str | None:
    for one in book:
        found = one.pattern.fullmatch(text)
        if found is not None:
            return _filled(one, found.groupdict(), book)
    return None


def _one_by_one(text: str, book: Sequence[Sentence]) -> str | None:
    """A hint of two sentences, when both are known."""
    ends = re.finditer(r"(?<=[.?]) (?=[A-Z])", text)
    for end in islice(ends, _MOST_ENDS):
        first, second = _whole(text[: end.start()], book), _whole(text[end.end() :], book)
        if first and second:
            return f"{first} {second}"
    return None


def _filled(sentence: Sentence, values: Mapping[str, str], book: Sequence[Sentence]) -> str:
    def value(slot: re.Match[str]) -> str:
        name = slot.group(1)
        if name in sentence.quoted:
            return values[name][1:-1]
        return _value(values[name], book)

    return re.sub(r"\{([a-z])\}", value, sentence.translation)


def _value(text: str, book: Sequence[Sentence]) -> str:
    found = _whole(text, book) or _whole(_ARTICLE.sub("", text), book)
    return found or text
