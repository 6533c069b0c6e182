"""Walk through all cases of a flow in steps that each fit into a request, counting as they go.

What was counted travels with the page from step to step. Closing it loses nothing: what has moved
has moved, and what has not is found again. Not here: what is shown of single cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engines.values import AppId
from runtime.commands import MigrateFlows
from runtime.web.visitor import actor_for, runtime

VERDICTS: Final = ("moves", "needs_a_person", "stays")
TURNS: Final = 10  # of one request, a few hundred cases each
_MOST_VERSIONS = 50
_DONE = "-"  # instead of the case to go on behind


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found so far: cases by verdict, and the versions of those that move.

    `counts` are in the order of VERDICTS.
    """

    counts: tuple[int, int, int] = (0, 0, 0)
    versions: tuple[int, ...] = ()
    after: str | None = ""  # the case to go on behind; None: all were looked at

    @property
    def is_done(self) -> bool:
        """Whether every case was looked at."""
        return self.after is None

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return sum(self.counts)

    def with_found(self, found: Sequence[Mapping[str, Any]], after: str | None) -> Tally:
        """The same after another turn."""
        verdicts = Counter(one["verdict"] for one in found)
        moves, person, stays = (
            number + verdicts[verdict]
            for number, verdict in zip(self.counts, VERDICTS, strict=True)
        )
        moved = {one["version"] for one in found if one["verdict"] == VERDICTS[0]}
        versions = tuple(sorted({*self.versions, *moved}))
        return Tally((moves, person, stays), versions, after)

    def fields(self) -> dict[str, str]:
        """What the next step is told; `read_tally` reads it."""
        return {
            "tally": ",".join(map(str, self.counts)),
            "from": ",".join(map(str, self.versions)),
            "behind": _DONE if self.after is None else self.after,
        }


def read_tally(given: Mapping[str, str]) -> Tally:
    """What the steps before have counted; nothing when this is the first."""
    moves, person, stays = [*_numbers(given.get("tally", "")), 0, 0, 0][:3]
    behind = given.get("behind", "")[:60]
    versions = tuple(_numbers(given.get("from", "")))[:_MOST_VERSIONS]
    return Tally((moves, person, stays), versions, None if behind == _DONE else behind)


def turn(app: str, command: MigrateFlows) -> tuple[list[Mapping[str, Any]], str | None]:
    """A few hundred cases, and behind which there are more."""
    done = runtime().bus.execute(command, actor_for(app))
    following: Any = done.details["next"]
    found: Any = done.details["instances"]
    return list(found), following


def walked(app: str, command: MigrateFlows, tally: Tally) -> Tally:
    """The tally after as many cases more as fit into a request."""
    for _ in range(TURNS):
        if tally.after is None:
            break
        tally = tally.with_found(*turn(app, replace(command, after=tally.after)))
    return tally


def titled(counts: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Each verdict with its number."""
    return zip(VERDICTS, counts, strict=True)


def cases_going_on(app: str, flow: str) -> int:
    """How many cases of a flow there are to walk through."""
    versions = runtime().reading.running_versions(actor_for(app), AppId(app))
    return sum(one.cases for one in versions if one.flow == flow)


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text[:400].split(",") if one.isdecimal() and len(one) < 9]
