"""Whereto a signer may return a case, and what happens when it comes in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engines.diagnostics import did_you_mean, one_of
from engines.errors import Conflict
from engines.flow.offer import Offer, Outcome
from engines.flow.schemas import FORM_PART, Schema
from engines.flow.site import Site
from engines.values import LocaleText, NodeId

INITIATOR: Final = "initiator"
PREVIOUS: Final = "previous"
ANY_NODE: Final = "any"
RERUN_ALL: Final = "rerun_all"
BACK_TO_RETURNER: Final = "back_to_returner"
REVISE: Final = "revise"  # the kind of task the initiator gets
RESUBMITTED: Final = "resubmitted"

RESUBMIT: Final = Outcome(
    RESUBMITTED,
    LocaleText(
        (("en", "Submit again"), ("zh", "重新提交"), ("es", "Enviar de nuevo"),
         ("ar", "إعادة الإرسال"))
    ),
    "",
)  # fmt: skip

RETURN: Final[Schema] = {
    "type": "object",
    "title": "May be returned",
    "properties": {
        "to": {
            "type": "array",
            "title": "To",
            "description": "'initiator', 'previous', 'any' earlier node, or nodes by name.",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": 50,
        },
        "then": {
            "title": "When it comes in again",
            "description": "Everything is run again, or it goes back to who returned it.",
            "enum": [RERUN_ALL, BACK_TO_RETURNER],
            "default": RERUN_ALL,
        },
        "form": FORM_PART,
    },
    "required": ["to"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Returning:
    """What the definition allows. The `offer` is the initiator's, who may mend the case."""

    to: tuple[str, ...] = ()
    comes_back: bool = False
    offer: Offer = Offer((RESUBMIT,))  # noqa: RUF009 - frozen

    def require(self, to: str, acted: Sequence[NodeId]) -> None:
        """Raises Conflict unless the case may be returned to `to`; `acted` are earlier nodes."""
        is_named = to in self.to
        is_earlier = ANY_NODE in self.to and to in acted
        if not (is_named or is_earlier):
            raise Conflict("This step cannot be returned there.", {"to": to, "may": list(self.to)})


def parse_returning(data: Mapping[str, Any], site: Site) -> Returning:
    """What stands under `return:`; unknown nodes are reported."""
    written = data.get("return")
    if not written:
        return Returning()
    here = site.at("return")
    words = (INITIATOR, PREVIOUS, ANY_NODE)
    for number, name in enumerate(written.get("to") or ()):
        if name not in words and name not in site.declared:
            here.at("to", number).problem(
                "W060",
                f"nothing can be returned to {name!r}",
                did_you_mean(str(name), [*words, *site.declared]) or one_of(words),
            )
    part = here.at("form").form_part(written.get("form") or {})
    to = tuple(map(str, written.get("to") or ()))
    comes_back = written.get("then", RERUN_ALL) == BACK_TO_RETURNER
    return Returning(to, comes_back, Offer((RESUBMIT,), part))
