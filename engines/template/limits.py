"""How large a template, its data and its output may be; the budget of one rendering.

Sizes and steps only, never time: a message rendered again must come out the same.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from engines.template.problems import RenderError

MAX_SOURCE: Final = 20_000
MAX_NODES: Final = 800
MAX_DEPTH: Final = 60
MAX_LOOPS: Final = 2  # nested in one another
MAX_ROWS: Final = 500
MAX_STEPS: Final = 5_000  # filters and loop rows of one rendering together
MAX_OUTPUT: Final = 200_000
MAX_DATA_DEPTH: Final = 6
MAX_KEYS: Final = 1_000


@dataclass(slots=True)
class Budget:
    """What one rendering has left, and the zone it shows times in."""

    zone: str
    steps: int = MAX_STEPS
    text: int = 10 * MAX_OUTPUT  # characters made by filters, kept or not


BUDGET: Final[ContextVar[Budget | None]] = ContextVar("budget", default=None)


def charge(steps: int = 1) -> None:
    """Count steps of the running rendering."""
    budget = BUDGET.get()
    if budget is not None:
        budget.steps -= steps
        if budget.steps < 0:
            raise RenderError("the template takes too many steps")


def bounded(text: str) -> str:
    """`text`, counted against what the rendering may make."""
    if len(text) > MAX_OUTPUT:
        raise RenderError(f"a text is longer than {MAX_OUTPUT} characters")
    budget = BUDGET.get()
    if budget is not None:
        budget.text -= len(text)
        if budget.text < 0:
            raise RenderError("the template makes too much text")
    return text
