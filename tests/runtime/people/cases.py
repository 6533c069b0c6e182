"""A case of the office under way, and what tests ask about it."""

from __future__ import annotations

from dataclasses import dataclass

from engines.values import FlowId, InstanceId, RecordId, UserId
from runtime.commands import Actor, CompleteTask, StartFlow
from runtime.ports import InstanceRow, TaskRow
from tests.support.worlds import World


@dataclass(frozen=True, slots=True)
class OfficeCase:
    """One request with its flow, and the people of the office."""

    world: World
    record: RecordId
    instance: InstanceId
    ana: Actor  # clerk, who has started it
    ben: Actor  # clerk
    lea: Actor  # legal
    quin: Actor  # quality
    boss: Actor

    def row(self) -> InstanceRow:
        """The instance as it is stored."""
        with self.world.store.read() as reader:
            found = reader.instances.get(self.instance)
        assert found is not None
        return found

    def tasks(self, state: str = "open") -> dict[str, TaskRow]:
        """The latest task in this state of everybody, by their id or the role of the pool."""
        with self.world.store.read() as reader:
            rows = reader.instances.tasks_in(self.instance)
        return {str(one.assignee or one.role): one for one in rows if one.state == state}

    def task_of(self, who: str) -> TaskRow:
        """The open task of a person or a pool."""
        return self.tasks()[who]

    def finish(self, actor: Actor, who: str, outcome: str, comment: str = "") -> None:
        """Complete the open task of `who`."""
        task = self.task_of(who)
        self.world.do(CompleteTask(self.world.app, task.id, outcome, {}, comment), actor)

    def kinds(self) -> list[str]:
        """What the log tells of the record, oldest first."""
        with self.world.store.read() as reader:
            events = reader.events.of_record(self.world.app, self.row().form, self.record)
        return [one.kind for one in reversed(events)]


def a_case(world: World, amount: str = "10") -> OfficeCase:
    """A request that its initiator still has to draft."""
    ana, ben = world.person("ana", "clerk"), world.person("ben", "clerk")
    lea, quin = world.person("lea", "legal"), world.person("quin", "quality")
    world.person("leo", "legal")
    world.person("qi", "quality")
    boss = world.person("boss", "boss")
    record = world.submit(ana, "request", subject="Chairs", amount=amount)
    started = world.do(StartFlow(world.app, FlowId("handling"), record), ana)
    assert started.instance is not None
    return OfficeCase(world, record, started.instance, ana, ben, lea, quin, boss)


def on_the_board(world: World, amount: str = "10") -> OfficeCase:
    """A request that legal and quality have to sign."""
    case = a_case(world, amount)
    case.finish(case.ana, "ana", "done")
    return case


def uid(name: str) -> UserId:
    """The id of a person of a world: their name."""
    return UserId(name)
