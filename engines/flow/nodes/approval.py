"""An approval by several people: one decides, all agree at once or in turn, or they vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.nodetype import NodeType
from engines.flow.outcomes import outcome_schema, parse_offer
from engines.flow.schemas import FORM_PART
from engines.flow.signing.approving import Approval
from engines.flow.signing.parse import PROPERTIES, parse_signers
from engines.flow.signing.returning import RETURN, parse_returning
from engines.flow.signing.sheet import APPROVED, REJECTED
from engines.flow.site import Site
from engines.values import LocaleText


class ApprovalType(NodeType):
    """`{type: approval, mode: all, signers: [{role: legal}, {role: quality}], outcomes: …}`."""

    name = "approval"
    label = LocaleText(
        (("en", "Approval"), ("zh", "审批"), ("es", "Aprobación"), ("ar", "موافقة"))
    )
    icon = "signature"
    glyph = "box"
    group = "people"
    waits = True
    has_tasks = True
    schema = {
        "properties": {
            **PROPERTIES,
            "return": RETURN,
            "form": FORM_PART,
            "outcomes": {
                "type": "object",
                "title": "Outcomes",
                "properties": {APPROVED: outcome_schema(), REJECTED: outcome_schema()},
                "required": [APPROVED, REJECTED],
                "additionalProperties": False,
            },
        },
        "required": ["signers", "outcomes"],
    }
    example = {
        "type": "approval",
        "title": "Agree",
        "mode": "all",
        "signers": [{"role": "clerk"}],
        "outcomes": {"approved": {"to": "end"}, "rejected": {"to": "end"}},
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check signers, outcomes and fields."""
        signers = parse_signers(data, site)
        offer = parse_offer(data, site)
        returning = parse_returning(data, site)
        if signers is None or set(offer.by_id) != {APPROVED, REJECTED}:
            return None
        return Approval(signers, offer, returning)


TYPE = ApprovalType()
