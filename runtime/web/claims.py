"""Commands by API token, which ask who it is together with what they write. Checks nobody.

A program sends many of them, and each would wait for the database twice: for its name, and for its
work. So whoever held a token a moment ago is taken to hold it still, the unit of the command makes
sure of that before it is durable (`Directory.require_token`), and an answer that no unit confirmed
waits until the database was asked. Where somebody else is found, nothing has been changed in the
old name, and the request starts again. Only for views of `routes.command`. What is remembered may
be old and is never relied on, so its age is bounded for the times of use alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engines.values import AppId
from runtime.commands import Claim
from runtime.ports import Clock, Entrance, TokenRow, Unavailable

T = TypeVar("T")

_FOR_S = 5.0  # then the database is asked as for any request, and the use of the token noted
_MOST = 4_096  # tokens; then all are forgotten


class Claims:
    """Who held which token in which app when the database was last asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[str, AppId], tuple[float, Entrance[TokenRow]]] = {}

    def find(self, token_hash: str, app: AppId) -> Entrance[TokenRow] | None:
        """What was kept lately."""
        known = self._known.get((token_hash, app))
        if known is None or self._clock.monotonic_s() - known[0] > _FOR_S:
            return None
        return known[1]

    def keep(self, token_hash: str, app: AppId, found: Entrance[TokenRow]) -> None:
        """Keep what the database said, if a unit can be asked to make sure of it."""
        if not found.mark or found.live is None:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[token_hash, app] = (self._clock.monotonic_s(), found)

    def forget(self, token_hash: str, app: AppId) -> None:
        """Ask the database the next time."""
        self._known.pop((token_hash, app), None)


def confirmed(
    claim: Claim, view: Callable[[], T], is_still_so: Callable[[], bool], anew: Callable[[], T]
) -> T:
    """The view's answer or error, if the claim is true; else what it is `anew`."""
    try:
        answer = view()
    except Unavailable:  # the database is away, and may have heard the command
        raise
    except Exception:
        if claim.is_confirmed or is_still_so():
            raise
    else:
        if claim.is_confirmed or is_still_so():
            return answer
    return anew()
