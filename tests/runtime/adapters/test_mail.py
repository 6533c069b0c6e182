from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from runtime.adapters.mail import (
    MailAddressError,
    SmtpServer,
    SmtpTransport,
    mail_message,
    message_id,
    smtp_server,
)
from runtime.ports import OutgoingMail, Undeliverable
from tests.support.mailbox import Mailbox, open_mailbox

MAIL = OutgoingMail(
    message_id=message_id("rules.r:ann:mail", "desk.example.org"),
    to="ann@example.org",
    subject="Ihr Ticket 退款",
    text="Grüße",
    html="<p>Grüße</p>",
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def test_a_mail_arrives_as_a_machines_with_its_id(mailbox: Mailbox) -> None:
    transport = SmtpTransport(smtp_server(mailbox.url), "desk@example.org")

    transport.send(MAIL)
    transport.send(MAIL)

    first, again = (message_from_bytes(one, policy=default) for one in mailbox.mails)
    assert first["Subject"] == "Ihr Ticket 退款"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["To"] == "ann@example.org"
    assert first["Message-ID"] == again["Message-ID"] == MAIL.message_id
    bodies = [part.get_content().strip() for part in first.iter_parts()]  # type: ignore[attr-defined]
    assert bodies == ["Grüße", "<p>Grüße</p>"]


@pytest.mark.parametrize(
    ("command", "refusal", "kind"),
    [
        (b"RCPT", "550 5.1.1 No such user", Undeliverable),
        (b"RCPT", "553 not that name", Undeliverable),
        (b"DATA", "552 5.3.4 too large", Undeliverable),
        (b"RCPT", "450 mailbox busy", smtplib.SMTPRecipientsRefused),
        (b"RCPT", "530 5.7.0 authentication required", smtplib.SMTPRecipientsRefused),
        (b"DATA", "451 local error", smtplib.SMTPDataError),
        (b"MAIL", "550 not this sender", smtplib.SMTPSenderRefused),
    ],
    ids=["nobody", "name", "size", "busy", "who are you", "their disk", "our sender"],
)
def test_only_what_is_refused_for_good_is_given_up(
    mailbox: Mailbox, command: bytes, refusal: str, kind: type[Exception]
) -> None:
    mailbox.refusals[command] = refusal
    transport = SmtpTransport(smtp_server(mailbox.url), "desk@example.org")

    with pytest.raises(kind) as refused:
        transport.send(MAIL)

    assert refusal[4:] in str(refused.value)
    assert mailbox.mails == []


def test_what_is_not_one_address_is_given_up(mailbox: Mailbox) -> None:
    transport = SmtpTransport(smtp_server(mailbox.url), "desk@example.org")

    with pytest.raises(Undeliverable, match="is not one mail address"):
        transport.send(replace(MAIL, to="ann"))


def test_a_wrong_sender_is_ours_to_mend_and_no_reason_to_give_up(mailbox: Mailbox) -> None:
    transport = SmtpTransport(smtp_server(mailbox.url), "nobody")

    with pytest.raises(MailAddressError):
        transport.send(MAIL)


def test_line_breaks_in_a_subject_start_no_header() -> None:
    message = mail_message(replace(MAIL, subject="a\r\nBcc: eve@x.org"), "desk@example.org")

    assert message["Subject"] == "a Bcc: eve@x.org"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "a@x.org, b@y.org",
        "a@x.org;b@y.org",
        "Ann <a@x.org>",
        "a@x.org\r\nBcc: b@y",
        "@x",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(MailAddressError):
        mail_message(replace(MAIL, to=address), "desk@example.org")


def test_an_international_domain_is_written_for_smtp() -> None:
    message = mail_message(replace(MAIL, to="ann@müller.example"), "desk@example.org")

    assert message["To"] == "ann@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40@h", SmtpServer("h", 587, "u", "p@")),
        ("smtps://h:99", SmtpServer("h", 99, has_tls=True)),
        ("smtp+plain://localhost", SmtpServer("localhost", 25, needs_tls=False)),
    ],
)
def test_an_address_names_the_server(url: str, expected: SmtpServer) -> None:
    assert smtp_server(url) == expected


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://h", "smtp://"])
def test_an_address_of_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        smtp_server(url)
