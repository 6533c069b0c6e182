"""Many texts read at once are what each is alone, or are left to be read alone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.diagnostics import Problems
from engines.form.fieldtype import Place
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL, Reading
from engines.form.types import datetime as datetime_type
from engines.form.types import decimal as decimal_type
from engines.form.types import email as email_type
from engines.form.types import integer as integer_type
from engines.form.types import text as text_type
from engines.form.types import textarea as textarea_type

MADRID = Reading(ZoneInfo("Europe/Madrid"))
USUAL = {
    "text": (text_type.TYPE, {"max_length": 12, "pattern": "[^!]+"}, ["Ann", "上海 2", "é", "a"]),
    "textarea": (textarea_type.TYPE, {"max_length": 12}, ["Ann", "القاهرة", "a b"]),
    "email": (email_type.TYPE, {}, ["ana@example.org", "a.b+c@mail.example.org"]),
    "integer": (integer_type.TYPE, {"min": -50, "max": 5_000}, ["1", "007", "-12", "4999"]),
    "decimal": (decimal_type.TYPE, {"scale": 2, "min": -9}, ["1", "1.5", "1.50", "007.1", "-2.5"]),
    "datetime": (
        datetime_type.TYPE,
        {"min": "2020-01-01T00:00Z"},
        ["2024-02-29 10:00", "2024-02-29T10:00:59", "2024-03-31 02:30:00.123"],
    ),
}
ODD = {
    "text": ["", " ", "no!", "x" * 13, "a\nb", "e\u0301", "\x07", "\u202e", "\u0301", "\u00a0"],
    "textarea": ["", "x" * 13, "a\r\nb", "a\nb", "e\u0301", "\x00"],
    "email": ["", "Ana@EXAMPLE.org", "a@b", "a@b.c\nd@e.f", "nobody", f"{'x' * 60}@example.org"],
    "integer": ["", "1.0", "-51", "5001", "1\n2", "٣", "+1", "9" * 20, "x"],
    "decimal": ["", "1.505", "-0", "-0.0", "-9.01", "9" * 17, "1.500", "1e3", "x", "1\n2"],
    "datetime": ["", "2024-02-30 10:00", "2019-01-01 10:00", "2024-02-29", "2024-02-29 25:00"],
}


def alone(type_: Any, options: Any, texts: list[str], reading: Reading) -> list[Any] | None:
    """Each read and checked by itself; None where one of them is refused."""
    try:
        values = [type_.read(text, options, reading) for text in texts]
    except Refused:
        return None
    return None if any(list(type_.check(value, options)) for value in values) else values


@pytest.mark.parametrize("name", USUAL)
@pytest.mark.parametrize("reading", [NEUTRAL, MADRID], ids=["UTC", "Madrid"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_read_at_once_is_what_is_read_alone(
    name: str, reading: Reading, data: st.DataObject
) -> None:
    type_, written, usual = USUAL[name]
    options = type_.parse_options(written, Place(Problems(), ("fields", "one")))
    texts = data.draw(st.lists(st.sampled_from([*usual * 5, *ODD[name]]), min_size=1, max_size=6))

    found = type_.read_plain(texts, options, reading)

    assert repr(found) in ("None", repr(alone(type_, options, texts, reading)))


@pytest.mark.parametrize("name", USUAL)
def test_usual_texts_are_read_at_once(name: str) -> None:
    type_, written, usual = USUAL[name]
    options = type_.parse_options(written, Place(Problems(), ("fields", "one")))

    assert type_.read_plain(usual, options, NEUTRAL) is not None
