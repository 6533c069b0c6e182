"""A trial's trace in words: one line for each thing that happened, with why where there is a why.

The words are those of a record's own page, so that the same event reads the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from builder.sandbox import Sandbox, TraceLine
from runtime.web.asked import Visitor
from runtime.web.story import Change, told

_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One thing that happened, in the reader's language and the app's zone."""

    at: datetime
    case: str  # the name of the record; empty for a refused timer
    kind: str  # the name of the event; JobFailed
    who: str
    is_machine: bool
    sentence: str
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after
    why: tuple[str, ...] = ()


def told_trace(sandbox: Sandbox, lines: Iterable[TraceLine], locale: str) -> list[ToldLine]:
    """The lines in words."""
    zone = sandbox.definition.time_zone
    seer = Visitor(None, None, frozenset(), "none", locale, zone, "")
    return [_told(sandbox, line, seer) for line in lines]


def as_text(sandbox: Sandbox, line: ToldLine) -> list[str]:
    """The line for a terminal, and what stands below it."""
    at = line.at.astimezone(ZoneInfo(sandbox.definition.time_zone)).strftime(_TIME)
    below = [
        f"{title}: {before} -> {after}" if before else f"{title}: {after}"
        for title, before, after in line.changes
    ]
    return [
        f"{at}  {line.case:<14}  {_said(line)}",
        *(f"{'':21}{'':16}  {one}" for one in [*below, *line.why]),
    ]


def as_json(line: ToldLine) -> dict[str, Any]:
    """The line as plain data."""
    return {**asdict(line), "at": line.at.isoformat()}


def _said(line: ToldLine) -> str:
    return line.sentence if line.is_machine else f"{line.who}: {line.sentence}"


def _told(sandbox: Sandbox, line: TraceLine, seer: Visitor) -> ToldLine:
    if line.case is None or line.entry is None:
        who = seer.words.say("story.system")
        return ToldLine(line.at, "", "JobFailed", who, is_machine=True, sentence=line.failure)
    one = told([line.entry], sandbox.app, seer)[0]
    return ToldLine(
        at=line.at,
        case=line.case.label,
        kind=line.entry.kind,
        who=one.who,
        is_machine=one.is_machine,
        sentence=f"{one.sentence} {one.comment}".strip(),
        changes=tuple(_plain(change) for change in one.changes),
        why=one.why,
    )


def _plain(change: Change) -> tuple[str, str, str]:
    """Without links: what they lead to stands in the trial, where no page is."""
    return change.title, _text(change.before), _text(change.after)


def _text(shown: str) -> str:
    return shown.striptags() if isinstance(shown, Markup) else shown
