"""What exports and imports need of the running product; an import is also carried out. No code."""

from __future__ import annotations

from typing import Protocol

from runtime.commands import Actor, Command
from runtime.handlers.outcome import Outcome
from runtime.live import Live
from runtime.ports import Clock, Store


class Exporting(Protocol):
    """What an export needs."""

    @property
    def store(self) -> Store: ...

    @property
    def live(self) -> Live: ...

    @property
    def clock(self) -> Clock: ...


class Executing(Protocol):
    """Where commands are carried out: here, or by the process that serves the data."""

    def execute(self, command: Command, actor: Actor) -> Outcome:
        """Carry out a command and answer once it is durable."""


class Importing(Exporting, Protocol):
    """What an import needs beside that."""

    @property
    def bus(self) -> Executing: ...
