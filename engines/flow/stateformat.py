"""The versions of an instance's JSON, and the way from each to the next.

States of every version stand in databases of running installations: a step here is never changed.
What the keys mean is in `instance.py`, which reads and writes the newest version only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from engines.errors import BugError

FORMAT: Final = 2  # of the JSON, apart from the definition's format and the app's version

State: TypeAlias = dict[str, Any]


def upgraded(state: State) -> State:
    """The state in the newest format. Raises BugError for a format this release does not know."""
    while state.get("f") != FORMAT:
        step = _STEPS.get(state.get("f"))
        if step is None:
            raise BugError(f"an instance has format {state.get('f')!r}, not 1 to {FORMAT}")
        state = step(state)
    return state


_STAGES_OF_1: Final = ("waiting", "ready", "stuck")


def _from_1(state: State) -> State:
    """Stages were words; they are numbers, and a waiting token without more needs none."""
    tokens = [
        [token, node, edge, _STAGES_OF_1.index(stage), *rest]
        for token, node, edge, stage, *rest in state.get("t", ())
    ]
    return {**state, "f": 2, **({"t": tokens} if tokens else {})}


_STEPS: Final[Mapping[Any, Callable[[State], State]]] = {1: _from_1}
