"""What a trial has seen happen, read from its own event log: records by name, parts reached.

Only reads; who acts in a trial and how its clock moves stands in `builder.sandbox`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engines.app import AppDefinition, parse_app
from engines.messages import Event, FlowMoved, MessageQueued, RecordCreated, RuleDecided, Trace
from engines.values import FormId, RecordId, TableId
from runtime.ports import Reader

_PAGE = 500

# A part of a definition that a test can reach: ("node", "mending.mend"), ("row", "priority.3").
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A record of the trial under the name that steps call it by: `ticket_1`."""

    label: str
    form: FormId
    record: RecordId


@dataclass(slots=True)
class Rows:
    """Hears which rows of decision tables decide, and tells the witness of the trial at work."""

    witness: Witness | None = None

    def __call__(self, table: TableId, number: int) -> None:
        if self.witness is not None:
            self.witness.reached.add(("row", f"{table}.{number}"))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition to be tried, compiled once for as many trials as follow each other."""

    definition: AppDefinition
    rows: Rows


def compiled(text: str, name: str) -> Compiled:
    """The definition of a text. Raises DefinitionError."""
    rows = Rows()
    return Compiled(parse_app(text, name, watch=rows), rows)


@dataclass(slots=True)
class Witness:
    """What happened so far; `learn` reads on from where it stopped."""

    cases: dict[str, Case] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)  # by the key of the message
    reached: set[Part] = field(default_factory=set)
    _read_until: int = 0

    def learn(self, reader: Reader) -> None:
        """Take in what was sealed since the last time."""
        while events := reader.events.after(self._read_until, _PAGE):
            for one in events:
                self._take(one.event)
            self._read_until = events[-1].position

    def _take(self, event: Event) -> None:
        if isinstance(event, RecordCreated):
            self._name(event.form, event.record)
        elif isinstance(event, MessageQueued):
            self.templates[event.key] = event.template
        elif isinstance(event, RuleDecided):
            self.reached.update(("rule", rule) for rule in event.fired)
        elif isinstance(event, FlowMoved):
            self._walked(event.trace)

    def _walked(self, trace: Trace) -> None:
        """The nodes that were entered, and along which edges."""
        flow = trace.source.removeprefix("flows.")
        for step in trace.steps:
            if step.what == "node_entered":
                self.reached.add(("node", f"{flow}.{step.subject}"))
                self.reached.add(("branch", f"{flow}.{step.result}"))

    def _name(self, form: FormId, record: RecordId) -> None:
        number = 1 + sum(case.form == form for case in self.cases.values())
        label = f"{form}_{number}"
        self.cases[label] = Case(label, form, record)
