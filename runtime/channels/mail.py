"""Messages by mail, with a Message-ID made of the message's key and the address of their page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engines.values import LocaleText
from runtime.ports import DeliveryRow, MailTransport, NotYet, OutgoingMail

OPEN_HERE: Final = LocaleText(
    (
        ("en", "Open it here:"),
        ("zh", "在此打开："),
        ("es", "Ábralo aquí:"),
        ("ar", "افتحه من هنا:"),
    )
)


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail through a transport; without one mails wait in the outbox."""

    transport: MailTransport | None
    message_id: Callable[[str], str]  # of a message's key; the same for every repeat
    base_url: str  # what the addresses of pages begin with

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
                text=self._text(message),
            )
        )

    def _text(self, message: DeliveryRow) -> str:
        """What the message says, then its page on a line of its own, so that programs link it."""
        if not message.opens:
            return message.body
        link = f"{OPEN_HERE.in_locale(message.locale)}\n{self.base_url}{message.opens}"
        return "\n\n".join(one for one in (message.body.rstrip(), link) if one)
