"""The contract of a node type; what it compiles to is a `Behaviour`. They are in `nodes/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.model import Routing
from engines.flow.site import Site
from engines.values import LocaleText


class NodeType(ABC):
    """One kind of node; `name` is what `type:` says.

    `schema` holds the properties of its own options; `type`, `title`, `help` and, for a node that
    waits, `timers`, `messages` and `on_error` come to every type from the catalogue.
    """

    name: str
    label: LocaleText
    icon: str
    glyph: str  # how the canvas draws it: "box", "diamond", "circle", "bar"
    group: str
    schema: Mapping[str, Any]  # {"properties": {…}, "required": […]}
    example: Mapping[str, Any]
    routing: Routing = Routing.ONE
    waits: bool = False
    has_tasks: bool = False
    can_fail: bool = False  # may be unable to go on though it does not wait

    @abstractmethod
    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """The compiled node, or None when its problems were reported."""
