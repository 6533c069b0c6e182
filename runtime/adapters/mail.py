"""Mail by SMTP. Says in every mail that a machine wrote it, and repeats carry the same id."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from engines.errors import AppBuilderError
from runtime.ports import OutgoingMail, Undeliverable

WAIT_S = 30.0
_PERMANENT = range(500, 600)
_OURS = (530, 534, 535, 538)  # how we sign in: it is mended in the settings, and the mail waits


class MailAddressError(AppBuilderError):
    """The text is not one mail address."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes: `smtp://user:password@host:587` (STARTTLS), `smtps://` (TLS at once)."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    has_tls: bool = False  # from the first byte
    needs_tls: bool = True  # refuses to send without


def smtp_server(url: str) -> SmtpServer:
    """The server of an address; `smtp+plain://` sends without TLS, for a relay on this machine."""
    parts = urlsplit(url)
    default_port = {"smtp": 587, "smtps": 465, "smtp+plain": 25}.get(parts.scheme)
    if default_port is None or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587, or smtps:// for TLS at once")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or default_port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        has_tls=parts.scheme == "smtps",
        needs_tls=parts.scheme != "smtp+plain",
    )


class SmtpTransport:
    """Hands mails to one server, a connection each."""

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls

    def send(self, mail: OutgoingMail) -> None:
        """Hand it over. Raises Undeliverable where address or mail are refused for good."""
        try:
            _address(mail.to)
        except MailAddressError as error:
            raise Undeliverable(str(error)) from error
        message = mail_message(mail, self._sender)
        with self._connected() as connection:
            if self._server.user:
                connection.login(self._server.user, self._server.password)
            try:
                connection.send_message(message)
            except smtplib.SMTPRecipientsRefused as error:
                _give_up(*next(iter(error.recipients.values())), error)
            except smtplib.SMTPDataError as error:
                _give_up(error.smtp_code, error.smtp_error, error)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.has_tls:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=WAIT_S, context=self._tls())
        connection = smtplib.SMTP(server.host, server.port, timeout=WAIT_S)
        if server.needs_tls:
            connection.starttls(context=self._tls())
        return connection


def _give_up(code: int, said: bytes | str, error: smtplib.SMTPException) -> NoReturn:
    """Raise Undeliverable for a refusal that is meant for good, else the refusal itself."""
    if code not in _PERMANENT or code in _OURS:
        raise error
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    raise Undeliverable(f"The mail server refused it: {code} {' '.join(words.split())}") from error


def mail_message(mail: OutgoingMail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire. Raises MailAddressError for no or several addresses."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a delivery's idempotency key: the same for every repeat."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _address(text: str) -> Address:
    """One address; the header itself would take `a@x, b@y` as two recipients."""
    local, at, domain = text.strip().rpartition("@")
    is_plain = bool(local and at and domain) and not set(text) & set(' ,;:<>()[]\\"\r\n\t')
    if not is_plain:
        raise MailAddressError(f"{text!r} is not one mail address")
    try:
        return Address(username=local, domain=domain.encode("idna").decode())
    except (ValueError, UnicodeError) as error:
        raise MailAddressError(f"{text!r} is not one mail address") from error
