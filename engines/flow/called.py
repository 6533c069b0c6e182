"""The flow that a node starts: how it is written and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engines.diagnostics import did_you_mean, one_of
from engines.flow.site import Site
from engines.values import FlowId

_PINNED, _LIVE = "same", "live"

CALLED: Final[Mapping[str, Any]] = {
    "flow": {"type": "string", "title": "Flow", "x-reference": "flow"},
    "version": {
        "title": "Version",
        "description": "The same as of this flow, or the one that is live when it begins.",
        "enum": [_PINNED, _LIVE],
        "default": _PINNED,
    },
}


def parse_called(data: Mapping[str, Any], site: Site) -> tuple[FlowId, bool] | None:
    """The flow, and whether it is pinned to the version of this one; it must be of this form."""
    flow, flows = FlowId(str(data.get("flow"))), site.context.flows
    if flow not in flows:
        hint = did_you_mean(flow, flows) or one_of(flows)
        site.at("flow").problem("W033", f"unknown flow {flow!r}", hint)
        return None
    form = flows[flow]
    if form is not None and form != site.form:
        site.at("flow").problem(
            "W034",
            f"flow {flow!r} works on form {form!r}, not on {site.form!r}",
            "Start one that works on the same record.",
        )
        return None
    return flow, data.get("version", _PINNED) == _PINNED
