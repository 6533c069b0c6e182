"""The contract of one format step. What the steps change stands in their own files."""

from __future__ import annotations

from abc import ABC, abstractmethod

from engines.source.nodes import Data


class Step(ABC):
    """Turns data of one format into data of the next."""

    name: str
    """`from_1`, like the file."""

    from_format: int
    """The format this step reads; it answers with the one after."""

    @abstractmethod
    def upgraded(self, data: dict[str, Data]) -> dict[str, Data]:
        """A new map of the next format; `format` itself is set by the loop."""
