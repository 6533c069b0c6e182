"""Why something went as it did: data, made a sentence behind the access gate."""

from __future__ import annotations

from engines.plain import plain
from engines.values import Value


@plain
class TraceStep:
    """One step of an explanation: data, turned into a sentence behind the access gate.

    what: "condition", "row", "rule_matched", "rule_lost", "node_entered", "edge_taken", …
    subject: the id the step speaks of; seen: path -> value the decision read.
    """

    what: str
    subject: str
    result: Value = None
    seen: tuple[tuple[str, Value], ...] = ()


@plain
class Trace:
    """Why one rule or flow step decided as it did."""

    source: str  # "rules.gold_first", "flows.approval.triage"
    version: int
    steps: tuple[TraceStep, ...]
