"""Send a message to the flows on the record: one of them may wait for it, or begin with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.action import Action, Occasion
from engines.messages import Effect, SignalFlow
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, LocaleText


@dataclass(frozen=True, slots=True)
class Send(Action):
    """The first flow on the record that waits for it takes it."""

    message: str
    is_kept: bool

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One message."""
        return (
            SignalFlow(occasion.form, occasion.record, self.message, occasion.key, self.is_kept),
        )


class SignalType(ActionType):
    """`signal: {message: paid}`."""

    name = "signal"
    label = LocaleText(
        (("en", "Send to the flows"), ("zh", "向流程发消息"), ("es", "Avisar a los flujos"),
         ("ar", "إرسال إلى المسارات"))
    )  # fmt: skip
    icon = "bolt"
    group = "flow"
    schema = {
        "type": "object",
        "properties": {
            "message": {"type": "string", "title": "Message", "pattern": "^[a-z][a-z0-9_]{0,47}$"},
            "keep": {
                "type": "boolean",
                "title": "Kept until somebody waits",
                "description": "Yes, when absent; else it is lost when nobody waits for it.",
            },
        },
        "required": ["message"],
        "additionalProperties": False,
    }
    example = {"signal": {"message": "paid"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """The schema has checked the name."""
        return Send(str(data.get("message")), bool(data.get("keep", True)))


TYPE = SignalType()
