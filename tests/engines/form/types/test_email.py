"""The short way of plain addresses comes to what the library says of every address."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.form.problems import Refused
from engines.form.reading import NEUTRAL
from engines.form.types.email import TYPE, EmailOptions

LOCALS = st.text("abzAPost09._+-'é", max_size=70) | st.sampled_from(["postmaster", "Postmaster"])
DOMAINS = st.sampled_from(
    ["example.org", "EXAMPLE.com", "a-b.test", "xn--bcher-kva.example", "bücher.example", "x"]
) | st.text("abC1.-é", max_size=80)
ADDRESSES = st.builds("{}@{}".format, LOCALS, DOMAINS) | st.text("ab@.-", max_size=12)


def by_the_library(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return "refused"


def by_the_control(text: str) -> object:
    try:
        return TYPE.read(text, EmailOptions(), NEUTRAL)
    except Refused:
        return "refused"


@given(ADDRESSES.filter(str.strip))
@settings(deadline=None)
def test_an_address_is_read_as_the_library_reads_it(text: str) -> None:
    assert by_the_control(text) == by_the_library(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana.B+c@EXAMPLE.com", "Ana.B+c@example.com"),
        ("ana.b+c@EXAMPLE.com", "ana.b+c@example.com"),
        ("Postmaster@example.com", "postmaster@example.com"),
        ("a..b@example.com", "refused"),
        ("a@example", "refused"),
    ],
)
def test_plain_and_other_addresses(text: str, expected: str) -> None:
    assert by_the_control(text) == expected
