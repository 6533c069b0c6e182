"""Diagnostics: what is wrong with a definition, where, and what to write instead.

The checks themselves live beside what they check; this module only words, orders and prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

Path = tuple[str | int, ...]

ROOT: Path = ()

ERROR = "error"
WARNING = "warning"  # worth a look; never keeps a definition from being published


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake of a definition's author, or what is worth a second look.

    `message` shows the value and carries no full stop; `hint` is a sentence saying what to write.
    `line` and `column` count from 1; 0 means unknown.
    """

    code: str
    path: Path
    line: int
    message: str
    hint: str = ""
    column: int = 0
    file: str = ""
    severity: str = ERROR

    def __lt__(self, other: Diagnostic) -> bool:
        return self._order() < other._order()

    def __str__(self) -> str:
        return self.place() + self.sentence()

    def place(self) -> str:
        """`shop.yaml:41: `, or nothing when neither file nor line is known."""
        if not self.file:
            return f"line {self.line}: " if self.line else ""
        return f"{self.file}:{self.line}: " if self.line else f"{self.file}: "

    def sentence(self) -> str:
        """Path, message, hint and code, without the file and line."""
        path = f"{format_path(self.path)}: " if self.path else ""
        stop = "" if self.message.endswith((".", "?", "!")) else "."
        hint = f" {self.hint}" if self.hint else ""
        word = f"{WARNING}: " if self.is_warning else ""
        return f"{word}{path}{self.message}{stop}{hint} [{self.code}]"

    @property
    def is_warning(self) -> bool:
        """Whether it may be published all the same."""
        return self.severity == WARNING

    def _order(self) -> tuple[int, int, str, str, str]:
        return (self.line, self.column, self.code, format_path(self.path), self.message)


class Positions(Protocol):
    """Where the parts of a text stand; `engines.source` provides it."""

    @property
    def name(self) -> str:
        """The file's name, as shown to the author."""
        ...

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column of the key at `path`, or of its nearest ancestor."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    code: str
    path: Path
    message: str
    hint: str
    at: tuple[int, int] | None
    severity: str = ERROR


class Problems:
    """Collects problems so that all are reported at once.

    >>> problems.add("F002", path, "unknown field type 'raitng'", hint="Did you mean 'rating'?")
    """

    def __init__(self) -> None:
        self._found: list[_Found] = []
        self._warned: list[_Found] = []
        self._touched: set[Path] = set()

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[tuple[str, Path, str]]:
        """(code, path, message) of each problem, in the order of discovery."""
        return iter([(found.code, found.path, found.message) for found in self._found])

    def add(
        self,
        code: str,
        path: Path,
        message: str,
        *,
        hint: str = "",
        at: tuple[int, int] | None = None,
    ) -> None:
        """Note a problem; `at` (line, column) is only for places that have no path."""
        self._found.append(_Found(code, path, message, hint, at))
        self._touched.update(path[:length] for length in range(len(path) + 1))

    def warn(self, code: str, path: Path, message: str, *, hint: str = "") -> None:
        """Note what is worth a look; it makes no definition wrong."""
        self._warned.append(_Found(code, path, message, hint, None, WARNING))

    def include(self, others: Problems) -> None:
        """Take over what another collection found."""
        self._found.extend(others._found)
        self._warned.extend(others._warned)
        self._touched |= others._touched

    def has_under(self, path: Path) -> bool:
        """Whether a problem stands at `path` or below it.

        Ask before reporting something that would only repeat that problem in other words.
        """
        return path in self._touched

    def sorted(self, source: Positions) -> tuple[Diagnostic, ...]:
        """All problems with their lines, in file order, each said once."""
        return _in_order(self._found, source)

    def warnings(self, source: Positions) -> tuple[Diagnostic, ...]:
        """What is worth a look, likewise."""
        return _in_order(self._warned, source)


def format_path(path: Iterable[str | int]) -> str:
    """`forms.order.fields.mood.type`, `rows[2][0]`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """`Did you mean 'rating'?` for the nearest of `choices`, or None when none is near."""
    folded = {choice.lower(): choice for choice in choices}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[near[0]]!r}?" if near else None


def one_of(choices: Iterable[str], *, limit: int = 12) -> str:
    """`Write one of a, b, c.` for a hint; a long list is cut."""
    names = list(choices)
    more = f", … ({len(names) - limit} more)" if len(names) > limit else ""
    return f"Write one of {', '.join(names[:limit])}{more}."


def _in_order(found: Iterable[_Found], source: Positions) -> tuple[Diagnostic, ...]:
    return tuple(sorted(_located(one, source) for one in dict.fromkeys(found)))


def _located(found: _Found, source: Positions) -> Diagnostic:
    line, column = found.at or source.position(found.path)
    return Diagnostic(
        found.code,
        found.path,
        line,
        found.message,
        found.hint,
        column,
        source.name,
        found.severity,
    )
