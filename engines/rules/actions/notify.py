"""Send a message made of a template to somebody, in the app, by mail, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.action import Action, FactPath, Occasion
from engines.assignee.catalog import assignee_schema
from engines.assignee.parse import Assignee
from engines.diagnostics import did_you_mean, one_of
from engines.messages import Effect, Notify, ToNobody
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, LocaleText

_CHANNELS = ("in_app", "mail", "both")


@dataclass(frozen=True, slots=True)
class Send(Action):
    """The text is made by the runtime, with the rights and in the language of who gets it."""

    to: Assignee
    template: str
    channel: str

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the recipient depends on."""
        return self.to.paths

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One message; none when nobody is there to get it."""
        to = self.to.recipient(facts)
        if isinstance(to, ToNobody):
            return ()
        return (
            Notify(
                to=to,
                channel=self.channel,
                template=self.template,
                facts={name: facts[name] for name in ("now", "today") if name in facts},
                form=occasion.form,
                record=occasion.record,
                key=occasion.key,
                reason=occasion.reason,
            ),
        )


class NotifyType(ActionType):
    """`notify: {to: {field: assignee}, template: overdue, channel: both}`."""

    name = "notify"
    label = LocaleText(
        (("en", "Notify"), ("zh", "通知"), ("es", "Notificar"), ("ar", "إشعار"))
    )  # fmt: skip
    icon = "bell"
    group = "message"
    schema = {
        "type": "object",
        "properties": {
            "to": {**assignee_schema(), "title": "To"},
            "template": {"type": "string", "title": "Template", "x-reference": "template"},
            "channel": {"title": "By", "enum": list(_CHANNELS), "default": "in_app"},
        },
        "required": ["to", "template"],
        "additionalProperties": False,
    }
    example = {"notify": {"to": {"initiator": True}, "template": "received"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """Check recipient and template."""
        to = spot.at("to").assignee(data.get("to"), is_person=False)
        template = str(data.get("template"))
        known = spot.context.templates
        if template not in known:
            spot.at("template").problem(
                "R016",
                f"unknown template {template!r}",
                did_you_mean(template, known) or one_of(sorted(known)),
            )
            return None
        if to is None:
            return None
        return Send(to, template, str(data.get("channel", _CHANNELS[0])))


TYPE = NotifyType()
