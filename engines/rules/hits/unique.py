"""At most one row ever matches; publishing refuses rows that overlap."""

from __future__ import annotations

from engines.rules.hittype import HitType
from engines.values import LocaleText


class UniqueHit(HitType):
    """`hit: unique`."""

    name = "unique"
    label = LocaleText(
        (("en", "Only row"), ("zh", "唯一匹配"), ("es", "Única fila"), ("ar", "صف وحيد"))
    )
    may_overlap = False

    def row(self, mask: int) -> int | None:
        """The only bit; overlap was refused at publish."""
        return mask.bit_length() - 1 if mask else None


TYPE = UniqueHit()
