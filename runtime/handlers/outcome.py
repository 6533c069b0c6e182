"""What a command answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engines.plain import plain
from engines.values import InstanceId, RecordId, Value


@plain
class Outcome:
    """The answer of a command that was carried out; plain enough to be kept as JSON."""

    record: RecordId | None = None
    revision: int = 0
    instance: InstanceId | None = None
    version: int = 0
    details: Mapping[str, Value] = field(default_factory=dict)
