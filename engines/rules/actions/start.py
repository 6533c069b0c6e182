"""Start a flow on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.action import Action, Occasion
from engines.diagnostics import did_you_mean, one_of
from engines.messages import Effect, StartFlow
from engines.rules.actiontype import ActionType, Spot
from engines.values import Facts, FlowId, LocaleText


@dataclass(frozen=True, slots=True)
class Start(Action):
    """The live version of the flow at the time it is started."""

    flow: FlowId

    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """One instance."""
        return (StartFlow(self.flow, occasion.form, occasion.record, occasion.reason),)


class StartType(ActionType):
    """`start: {flow: approval}`."""

    name = "start"
    label = LocaleText(
        (("en", "Start a flow"), ("zh", "启动流程"), ("es", "Iniciar flujo"), ("ar", "بدء مسار"))
    )
    icon = "play"
    group = "flow"
    schema = {
        "type": "object",
        "properties": {"flow": {"type": "string", "title": "Flow", "x-reference": "flow"}},
        "required": ["flow"],
        "additionalProperties": False,
    }
    example = {"start": {"flow": "approval"}}

    def parse(self, data: Any, spot: Spot) -> Action | None:
        """The flow must exist and work on this form."""
        flow = FlowId(str(data.get("flow")))
        flows = spot.context.flows
        if flow not in flows:
            hint = did_you_mean(flow, flows) or (one_of(flows) if flows else "Add it to 'flows'.")
            spot.at("flow").problem("R018", f"unknown flow {flow!r}", hint)
            return None
        form = flows[flow]
        if form is not None and form != spot.form:
            spot.at("flow").problem(
                "R019",
                f"flow {flow!r} works on form {form!r}, not on {spot.form!r}",
                "Start it from a record of its own form.",
            )
            return None
        return Start(flow)


TYPE = StartType()
