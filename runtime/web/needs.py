"""What the HTTP front needs of the running product; `runtime/bootstrap` puts it together."""

from __future__ import annotations

from typing import Protocol

from runtime.access.reading import Reading
from runtime.accounts import Accounts
from runtime.bus import Bus
from runtime.live import Live
from runtime.ports import Clock, Files, IdSource, Store
from runtime.settings import Settings


class Runtime(Protocol):
    """The running product as pages and API see it."""

    @property
    def settings(self) -> Settings:
        """How this process was started."""
        ...

    @property
    def bus(self) -> Bus:
        """Carries out commands."""
        ...

    @property
    def reading(self) -> Reading:
        """Shows what an actor may see."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Knows who somebody is."""
        ...

    @property
    def live(self) -> Live:
        """Compiled apps."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def ids(self) -> IdSource:
        """New ids and keys."""
        ...

    @property
    def files(self) -> Files:
        """Bytes of attachments."""
        ...

    @property
    def store(self) -> Store:
        """The database."""
        ...
