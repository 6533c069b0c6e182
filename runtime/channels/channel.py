"""The contract of a channel, and the choice among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from engines.errors import BugError
from runtime.ports import DeliveryRow


class Channel(Protocol):
    """A way to reach somebody."""

    @property
    def name(self) -> str:
        """What messages are addressed with: in_app, mail."""
        ...

    def deliver(self, message: DeliveryRow) -> None:
        """Hand the message over or raise; a repeat carries the same key."""
        ...


class Channels:
    """Delivers every message by the channel it names."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._by_name: Mapping[str, Channel] = {one.name: one for one in channels}

    def deliver(self, message: DeliveryRow) -> None:
        """Hand one message to its channel."""
        channel = self._by_name.get(message.channel)
        if channel is None:
            raise BugError(f"no channel is named {message.channel}")
        channel.deliver(message)
