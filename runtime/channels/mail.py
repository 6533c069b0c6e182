"""Messages by mail, with a Message-ID made of the message's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engines.errors import AppBuilderError
from runtime.ports import DeliveryRow, MailTransport, OutgoingMail


class NoMailServer(AppBuilderError):
    """Mails wait in the outbox until a server is set."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail through a transport; without one every attempt fails and is tried again later."""

    transport: MailTransport | None
    message_id: Callable[[str], str]  # of a message's key; the same for every repeat

    @property
    def name(self) -> str:
        """The word messages are addressed with."""
        return "mail"

    def deliver(self, message: DeliveryRow) -> None:
        """Hand the mail to the server."""
        if self.transport is None:
            raise NoMailServer("No mail server is set. Set mail_url and repeat the message.")
        self.transport.send(
            OutgoingMail(
                message_id=self.message_id(message.key),
                to=message.target,
                subject=message.subject,
                text=message.body,
            )
        )
