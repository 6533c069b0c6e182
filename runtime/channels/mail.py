"""Messages by mail, with a Message-ID made of the message's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runtime.ports import DeliveryRow, MailTransport, NotYet, OutgoingMail


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail through a transport; without one mails wait in the outbox."""

    transport: MailTransport | None
    message_id: Callable[[str], str]  # of a message's key; the same for every repeat

    @property
    def name(self) -> str:
        """The word messages are addressed with."""
        return "mail"

    def deliver(self, message: DeliveryRow) -> None:
        """Hand the mail to the server."""
        if self.transport is None:
            raise NotYet("No mail server is set. Set mail_url.")
        self.transport.send(
            OutgoingMail(
                message_id=self.message_id(message.key),
                to=message.target,
                subject=message.subject,
                text=message.body,
            )
        )
