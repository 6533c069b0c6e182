"""Make gestures on a definition's text, and take them back to the letter.

Merging with what others did since stands here too; keeping drafts does not (`builder.drafts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from builder.operations.catalog import Operation
from builder.operations.sketch import Sketch
from builder.operations.splice import Splices, difference, reverse
from engines.diagnostics import Path
from engines.errors import Conflict
from engines.source import read_source
from engines.source.edit import apply_edits


@dataclass(frozen=True, slots=True)
class Made:
    """A text after gestures, what they touched, and the splices that take them back."""

    text: str
    splices: Splices
    touched: tuple[Path, ...]

    @property
    def inverse(self) -> Splices:
        """Counted in `text`. Bytes, not gestures: comments inside a removed part come back too."""
        return reverse(self.splices)


def make(operations: Sequence[Operation], text: str, name: str) -> Made:
    """All gestures in order, or none.

    Raises Conflict when what one is about is not there, DefinitionError when `text` is unreadable.
    """
    data = read_source(text, name).data
    if not isinstance(data, dict):
        raise Conflict("The text is no app", {"paths": []})
    sketch = Sketch(data)
    for operation in operations:
        operation.make(sketch)
    after = apply_edits(text, sketch.edits)
    return Made(after, difference(text, after), tuple(dict.fromkeys(sketch.touched)))


def collision(mine: Iterable[Path], theirs: Iterable[Path]) -> Path | None:
    """A place that both touched: the same, or one inside the other."""
    others = set(theirs)
    for path in mine:
        for other in others:
            shared = min(len(path), len(other))
            if path[:shared] == other[:shared]:
                return path
    return None
