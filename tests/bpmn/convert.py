"""Express BPMN 2.0 models as flows: `python -m tests.bpmn.convert FOLDER...` writes `flows.json`.

Long because one file holds all that is known of that notation.

Covered: tasks of every kind, gateways, timers, messages, signals, conditions, links, boundary
events, embedded sub-processes and call activities (as flows of their own), instances in parallel.
Not covered, and then the model is left out: compensation, transactions, ad-hoc sub-processes,
escalations, collaborations of several processes that only work together. Expressions of the
models are JavaScript; here each asks for a mark of its own in the record's subject. Where these
models join branches of which some are not taken, they count those as arrived: such a join is
`inclusive_join` here.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tests.support.processes import read_processes

Node: TypeAlias = dict[str, Any]
FLOWS = Path(__file__).parent / "flows.json"
_ACTS = {"scriptTask", "sendTask"}
_PEOPLE = {"userTask", "manualTask", "task", "serviceTask", "businessRuleTask"}
_REFUSED = {"compensateEventDefinition", "transaction", "adHocSubProcess", "escalation"}
_EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
_KINDS = (
    _ACTS | _PEOPLE | _EVENTS
    | {"receiveTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
       "eventBasedGateway", "subProcess", "callActivity"}
)  # fmt: skip


class NotCovered(Exception):
    """The model uses what flows have no node for."""


def flows_of(text: str, name: str, join: str = "join") -> dict[str, Node]:
    """The flows of a model by id, the process first. Raises NotCovered."""
    root = ET.fromstring(text)  # noqa: S314 - files of this repository's maintainers
    tags = {_tag(one) for one in root.iter()}
    if tags & _REFUSED:
        raise NotCovered(f"{name}: {sorted(tags & _REFUSED)}")
    processes = [one for one in root.iter() if _tag(one) == "process"]
    if len(processes) != 1:
        raise NotCovered(f"{name}: {len(processes)} processes")
    found: dict[str, Node] = {}
    _Scope(_id(name), processes[0], found, join).convert()
    return found


@dataclass
class _Scope:
    """One process or embedded sub-process while it is converted."""

    flow: str
    element: ET.Element
    flows: dict[str, Node]
    join: str  # what joins parallel branches
    nodes: dict[str, Node] = field(default_factory=dict)

    def convert(self) -> None:
        """Write the flow, and those of its sub-processes behind it."""
        self.flows[self.flow] = {}
        starts = [one for one in self._elements() if self._begins(one)]
        if not starts:
            raise NotCovered(f"{self.flow}: nothing begins")
        for one in self._elements():
            self._node(one)
        first = _id(starts[0].get("id"))
        if len(starts) > 1:
            first = "all_starts"
            to = [_id(one.get("id")) for one in starts]
            self.nodes[first] = {"type": "parallel", "to": to}
        self.flows[self.flow] = {"for": "ticket", "start": first, "nodes": self.nodes}

    def _elements(self) -> Iterator[ET.Element]:
        """The nodes; events of a race belong to the gateway before them."""
        gates = {one.get("id") for one in self.element if _tag(one) == "eventBasedGateway"}
        raced = {one.get("targetRef") for one in self._edges() if one.get("sourceRef") in gates}
        return (one for one in self.element if _tag(one) in _KINDS and one.get("id") not in raced)

    def _begins(self, element: ET.Element) -> bool:
        is_link = any(_tag(one) == "linkEventDefinition" for one in element)
        has_way_in = any(one.get("targetRef") == element.get("id") for one in self._edges())
        return not has_way_in and not is_link

    def _edges(self) -> Iterator[ET.Element]:
        return (one for one in self.element if _tag(one) == "sequenceFlow")

    def _outgoing(self, element: ET.Element) -> list[ET.Element]:
        return [one for one in self._edges() if one.get("sourceRef") == element.get("id")]

    def _incoming(self, element: ET.Element) -> list[ET.Element]:
        return [one for one in self._edges() if one.get("targetRef") == element.get("id")]

    def _node(self, element: ET.Element) -> None:
        tag, name = _tag(element), _id(element.get("id"))
        if tag == "parallelGateway":
            self._gateway(element, name, self.join, "parallel")
        elif tag == "inclusiveGateway":
            self._gateway(element, name, "inclusive_join", "inclusive")
        elif tag == "endEvent":
            self.nodes[name] = _end(element)
        elif tag == "eventBasedGateway":
            self.nodes[name] = {"type": "wait", "race": list(self._race(element))}
        else:
            self.nodes[name] = self._activity(element, name)

    def _gateway(self, element: ET.Element, name: str, join: str, split: str) -> None:
        ways = self._outgoing(element)
        if len(self._incoming(element)) < 2:
            self.nodes[name] = self._split(element, split)
            return
        self.nodes[name] = {"type": join, "to": self._only(element, f"{name}_split")}
        if len(ways) > 1:
            self.nodes[f"{name}_split"] = self._split(element, split)

    def _split(self, element: ET.Element, kind: str) -> Node:
        ways = self._outgoing(element)
        if len(ways) < 2:
            return {"type": "action", "do": [], "to": self._only(element, "")}
        if kind == "parallel":
            return {"type": "parallel", "to": [self._target(way) for way in ways]}
        return {"type": kind, "paths": list(self._paths(element, ways))}

    def _paths(self, element: ET.Element, ways: list[ET.Element]) -> Iterator[Node]:
        default = next((one for one in ways if one.get("id") == element.get("default")), ways[-1])
        for way in (one for one in ways if one is not default):
            mark = f"<{_id(way.get('id'))}>"
            yield {"when": f"contains(record.subject, '{mark}')", "to": self._target(way)}
        yield {"to": self._target(default)}

    def _race(self, element: ET.Element) -> Iterator[Node]:
        """What an event-based gateway waits for; the events behind it stand in the race."""
        by_id = {one.get("id"): one for one in self.element}
        for way in self._outgoing(element):
            event = by_id[way.get("targetRef")]
            yield {**_awaited(event), "to": self._only(event, f"{_id(event.get('id'))}_out")}

    def _activity(self, element: ET.Element, name: str) -> Node:  # noqa: PLR0911 - a line for each
        tag = _tag(element)
        if tag == "exclusiveGateway" and len(self._outgoing(element)) > 1:
            return self._split(element, "choice")
        to = self._only(element, f"{name}_out")
        boundary = self._boundary(element)
        if tag in ("intermediateCatchEvent", "receiveTask"):
            return {"type": "wait", **_awaited(element), "to": to, **boundary}
        if tag in ("startEvent", "intermediateThrowEvent", "exclusiveGateway"):
            return _thrown(element, to)
        if tag in ("subProcess", "callActivity"):
            return self._called(element, name, to, boundary)
        if _instances(element):
            return {**_task(), "type": "multi_task", "count": 2, "outcomes": {"done": {}},
                    "to": to, **boundary}  # fmt: skip
        if tag in _PEOPLE or boundary:
            return {**_task(), "outcomes": {"done": {"to": to}}, **boundary}
        return {**_pass(to), **boundary}

    def _called(self, element: ET.Element, name: str, to: str, boundary: Node) -> Node:
        if _tag(element) == "callActivity":
            return {**_task(), "outcomes": {"done": {"to": to}}, **boundary}
        inner = f"{self.flow}_{name}"[:48]
        _Scope(inner, element, self.flows, self.join).convert()
        error = boundary.pop("on_error", None)
        ways = {"outcomes": {"failed": error}} if error else {}
        kind = {"type": "multi_flow", "count": 2} if _instances(element) else {"type": "sub_flow"}
        if "count" in kind and ways:
            raise NotCovered(f"{name}: errors of several sub-processes")
        return {**kind, "flow": inner, "to": to, **ways, **boundary}

    def _boundary(self, element: ET.Element) -> Node:
        """Timers, messages and the error way of the events attached to an activity."""
        found: Node = {}
        for event in self.element:
            attached = event.get("attachedToRef") == element.get("id")
            if _tag(event) != "boundaryEvent" or not attached:
                continue
            name = _id(event.get("id"))
            way: Node = {"to": self._only(event, f"{name}_out")}
            if event.get("cancelActivity") == "false":
                way["interrupt"] = False
            kinds = {_tag(one) for one in event}
            if "timerEventDefinition" in kinds:
                found.setdefault("timers", {})[name] = {"after": "1h", **way}
            elif "errorEventDefinition" in kinds:
                found.setdefault("on_error", {"to": way["to"]})
            else:
                found.setdefault("messages", {})[name] = way
        return found

    def _only(self, element: ET.Element, split: str) -> str:
        """Where an element leads; several ways at once go through a node of their own."""
        ways = self._outgoing(element)
        if len(ways) == 1:
            return self._target(ways[0])
        if not ways:
            link = self._linked(element)
            if link:
                return link
            self.nodes.setdefault("no_way_on", {"type": "end"})
            return "no_way_on"
        is_conditional = any(_tag(one) == "conditionExpression" for way in ways for one in way)
        if (
            split
            and split not in self.nodes
            and _tag(element) not in ("parallelGateway", "inclusiveGateway")
        ):
            self.nodes[split] = self._split(element, "inclusive" if is_conditional else "parallel")
        return split

    def _linked(self, element: ET.Element) -> str:
        """The catching end of a link that this element throws."""
        names = {one.get("name") for one in element if _tag(one) == "linkEventDefinition"}
        for other in self._elements():
            own = {one.get("name") for one in other if _tag(one) == "linkEventDefinition"}
            if other is not element and own & names:
                return _id(other.get("id"))
        return ""

    def _target(self, way: ET.Element) -> str:
        return _id(way.get("targetRef"))


def _task() -> Node:
    return {"type": "task", "assign": {"role": "agent"}}


def _pass(to: str) -> Node:
    return {"type": "action", "do": [], "to": to}


def _end(element: ET.Element) -> Node:
    kinds = {_tag(one) for one in element}
    if "terminateEventDefinition" in kinds:
        return {"type": "terminate"}
    is_error = "errorEventDefinition" in kinds
    return {"type": "terminate", "outcome": "failed"} if is_error else {"type": "end"}


def _thrown(element: ET.Element, to: str) -> Node:
    for event in element:
        is_signal = _tag(event) in ("signalEventDefinition", "messageEventDefinition")
        if is_signal and _tag(element) == "intermediateThrowEvent":
            return {**_pass(to), "do": [{"signal": {"message": _message(event)}}]}
    return _pass(to)


def _awaited(element: ET.Element) -> Node:
    for event in element:
        tag = _tag(event)
        if tag == "timerEventDefinition":
            return {"after": "1h"}
        if tag == "conditionalEventDefinition":
            return {"when": "record.urgent"}
        if tag == "linkEventDefinition":
            return {"when": "true"}
        if tag in ("signalEventDefinition", "messageEventDefinition"):
            return {"message": _message(event)}
    return {"message": _id(element.get("id"))}


def _message(event: ET.Element) -> str:
    name = event.get("signalRef") or event.get("messageRef") or event.get("id")
    return _id(name or "message")


def _instances(element: ET.Element) -> bool:
    return any("LoopCharacteristics" in _tag(one) for one in element)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _id(name: str | None) -> str:
    """An id as definitions have them: lower case, letters, digits and underscores."""
    plain = re.sub(r"[^a-z0-9_]+", "_", (name or "x").lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"n_{plain}")[:40]


def main(folders: list[str]) -> None:
    """Write the flows of every model that is covered; say which are not."""
    found: dict[str, dict[str, Node]] = {}
    left_out: list[str] = []
    for file in (one for folder in folders for one in sorted(Path(folder).glob("*.bpmn"))):
        name = _id(f"{file.parent.name.removeprefix('bpmn_')}_{file.stem}")
        try:
            strict = flows_of(file.read_text("utf-8"), name)
            loose = flows_of(file.read_text("utf-8"), name, "inclusive_join")
        except (NotCovered, ET.ParseError) as error:
            left_out.append(str(error))
            continue
        sound = [flows for flows in (strict, loose) if not complaints(flows)]
        if sound:
            found[name] = sound[0]
        else:
            left_out.append(f"{name}: {complaints(loose)[0]}")
    FLOWS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join([*left_out, f"{len(found)} models", ""]))


def complaints(flows: dict[str, Node]) -> list[str]:
    """What publishing says of them."""
    return read_processes(f"flows: {json.dumps(flows)}\n").sentences


if __name__ == "__main__":
    main(sys.argv[1:])
