"""What a mail says: its text, and where it leads to as an address of this organisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from engines.values import AppId
from runtime.adapters.mail import SmtpTransport, message_id, smtp_server
from runtime.channels.mail import Mail
from runtime.ports import DeliveryRow
from tests.support.mailbox import Mailbox, open_mailbox

BASE = "https://desk.example.org"
MESSAGE = DeliveryRow(
    id="d1",
    app=AppId("office"),
    channel="mail",
    target="ann@example.org",
    subject="New task",
    body="Chairs",
    key="task:t1:0",
    form=None,
    record=None,
    state="due",
    attempts=1,
    next_at=datetime(2026, 3, 2, tzinfo=UTC),
    opens="/a/office/tasks/t1",
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def the_text(mailbox: Mailbox, message: DeliveryRow) -> str:
    """The text that arrives when the message is delivered."""
    transport = SmtpTransport(smtp_server(mailbox.url), "no-reply@desk.example.org")
    Mail(transport, lambda key: message_id(key, "desk.example.org"), BASE).deliver(message)
    arrived = message_from_bytes(mailbox.mails[-1], policy=default)
    return str(arrived.get_content()).replace("\r\n", "\n").strip()


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Open it here:"),
        ("zh", "在此打开："),
        ("es", "Ábralo aquí:"),
        ("ar", "افتحه من هنا:"),
        ("", "Open it here:"),
    ],
    ids=["english", "chinese", "spanish", "arabic", "unknown"],
)
def test_a_mail_ends_with_its_page_in_its_readers_words(
    mailbox: Mailbox, locale: str, words: str
) -> None:
    text = the_text(mailbox, replace(MESSAGE, locale=locale))

    assert text == f"Chairs\n\n{words}\n{BASE}/a/office/tasks/t1"


def test_a_mail_without_words_is_its_page_alone(mailbox: Mailbox) -> None:
    text = the_text(mailbox, replace(MESSAGE, body=""))

    assert text == f"Open it here:\n{BASE}/a/office/tasks/t1"


def test_a_mail_to_somebody_who_may_open_nothing_has_no_address(mailbox: Mailbox) -> None:
    text = the_text(mailbox, replace(MESSAGE, opens="", body="Chairs\n"))

    assert text == "Chairs"
