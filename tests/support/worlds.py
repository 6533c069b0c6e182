"""A whole runtime on a store, with people and a clock that stands: the world of a story test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from engines.app import AppDefinition, load_app, parse_app
from engines.values import AppId, FormId, RecordId, UserId
from runtime.access.actors import actor_in
from runtime.access.reading import Reading
from runtime.access.shown import ShownTask, VisibleRecord
from runtime.adapters.clock import SettableClock
from runtime.bus import Bus
from runtime.commands import (
    SYSTEM,
    Actor,
    Command,
    CompleteTask,
    CreateRecord,
    FireTimer,
    PublishApp,
    UpdateRecord,
)
from runtime.handlers.outcome import Outcome
from runtime.live import Live
from runtime.ports import DeliveryRow, Unit, UserRow
from runtime.publish import Publisher
from tests.support.planted import NURSERY
from tests.support.stores import AnyStore

MOST_TIMERS = 1000
# A compiled definition never changes: one serves every world that publishes its text.
KEPT = 16

parsed = lru_cache(KEPT)(parse_app)


class NoJobs:
    """Background work that a test does by hand, with `World.advance`."""

    def start(self) -> None:
        return

    def stop(self) -> None:
        return

    def wake(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class World:
    """One organisation; every method is what a person or the clock does."""

    store: AnyStore
    clock: SettableClock
    bus: Bus
    reading: Reading
    live: Live
    app: AppId

    def publish(self, text: str) -> int:
        """Publish a text; the version's number."""
        return self.bus.execute(PublishApp(text, "app.yaml"), SYSTEM).version

    def person(self, name: str, *roles: str) -> Actor:
        """Somebody with roles; the name is the id."""

        def save(unit: Unit) -> None:
            row = UserRow(
                id=UserId(name),
                email=f"{name}@example.org",
                name=name.title(),
                password_hash="",
                locale="en",
                time_zone="UTC",
                is_active=True,
                is_admin=False,
            )
            unit.directory.save_user(row)
            unit.directory.set_roles(self.app, UserId(name), roles)  # type: ignore[arg-type]

        self.store.run(save)
        return self.actor(name)

    def actor(self, name: str) -> Actor:
        """A person with the roles they have now."""
        with self.store.read() as reader:
            user = reader.directory.user(UserId(name))
            assert user is not None
            return actor_in(reader, self.live.app(reader, self.app), user)

    def do(self, command: Command, actor: Actor, key: str = "") -> Outcome:
        """Carry out a command."""
        return self.bus.execute(command, actor, idempotency_key=key)

    def submit(self, actor: Actor, form: str, **answers: Any) -> RecordId:
        """Submit a form; the new record."""
        outcome = self.do(CreateRecord(self.app, FormId(form), answers), actor)
        assert outcome.record is not None
        return outcome.record

    def change(self, actor: Actor, form: str, record: RecordId, **answers: Any) -> Outcome:
        """Change a record as it stands."""
        return self.do(UpdateRecord(self.app, FormId(form), record, answers), actor)

    def see(self, actor: Actor, form: str, record: RecordId) -> VisibleRecord:
        """A record as the actor sees it."""
        return self.reading.record(actor, self.app, FormId(form), record)

    def values(self, form: str, record: RecordId) -> Mapping[str, Any]:
        """A record's values as they are stored."""
        with self.store.read() as reader:
            found = reader.records.get(self.live.app(reader, self.app).table(FormId(form)), record)
            assert found is not None
            return found.values

    def tasks(self, actor: Actor, which: str = "mine") -> tuple[ShownTask, ...]:
        """The actor's tasks."""
        return self.reading.tasks(actor, self.app, which)

    def finish(self, actor: Actor, outcome: str, which: str = "mine", **answers: Any) -> Outcome:
        """Complete the actor's first task."""
        task = self.tasks(actor, which)[0]
        return self.do(CompleteTask(self.app, task.id, outcome, answers), actor)

    def advance(self, **by: float) -> None:
        """Let time pass, as `advance(hours=2)`; every timer fires at its own time, in order."""
        until = self.clock.now() + timedelta(**by)
        for _ in range(MOST_TIMERS):
            with self.store.read() as reader:
                due_at = reader.queue.next_due()
            if due_at is None or due_at > until:
                break
            self.clock.advance(max(due_at - self.clock.now(), timedelta(0)))
            self._deliver_due()
            for timer in self.store.run(lambda unit: unit.queue.due_timers(unit.now, 100, 60)):
                self.do(FireTimer(timer.app, timer.id, timer.generation), SYSTEM)
        self.clock.advance(until - self.clock.now())

    def _deliver_due(self) -> None:
        def deliver(unit: Unit) -> None:
            for _, lease in unit.queue.due_deliveries(unit.now, 100, 60):
                assert unit.queue.delivered(lease, unit.now)

        self.store.run(deliver)

    def inbox(self, actor: Actor) -> tuple[DeliveryRow, ...]:
        """The actor's in-app messages."""
        assert actor.user is not None
        with self.store.read() as reader:
            return reader.queue.inbox(actor.user)


def a_world(store: AnyStore, clock: SettableClock, text: str, app: str) -> World:
    """A world in which the text is published as version 1; the store has our tables."""
    live = Live(loaded)
    bus = Bus(store, live, Publisher(store, live, compile=parsed), NoJobs())
    world = World(store, clock, bus, Reading(store, live, clock), live, AppId(app))
    NURSERY.plant(store, (app, text), lambda: world.publish(text))
    return world


@lru_cache(KEPT)
def loaded(data: str, number: int) -> AppDefinition:
    """A stored version, compiled."""
    return load_app(data, version=number)
