"""The first row that matches decides; rows may overlap."""

from __future__ import annotations

from engines.rules.hittype import HitType
from engines.values import LocaleText


class FirstHit(HitType):
    """`hit: first`."""

    name = "first"
    label = LocaleText(
        (("en", "First row"), ("zh", "首个匹配"), ("es", "Primera fila"), ("ar", "أول صف"))
    )
    may_overlap = True

    def row(self, mask: int) -> int | None:
        """The lowest bit."""
        return (mask & -mask).bit_length() - 1 if mask else None


TYPE = FirstHit()
