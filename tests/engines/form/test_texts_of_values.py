"""Small parts: numbers by pattern, options, instants, and how values look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engines.form.display import (
    Display,
    datetime_text,
    duration_text,
    number_text,
    plain_json,
    plain_text,
)
from engines.form.instants import read_instant
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL
from engines.form.serials import parse_pattern
from engines.values import FieldId
from tests.support.forms import a_form

BERLIN = ZoneInfo("Europe/Berlin")
FIVE = {"amount": Decimal("5.00"), "currency": "CNY"}
MARCH = date(2026, 3, 2)


def test_a_serial_is_written_by_its_pattern() -> None:
    pattern = parse_pattern("T{yy}{mm}-{00001}/{yyyy}")

    assert pattern.text(42, MARCH) == "T2603-00042/2026"
    assert pattern.text(1_234_567, MARCH) == "T2603-1234567/2026"


def test_a_serial_counts_anew_when_its_date_part_changes() -> None:
    pattern = parse_pattern("T{yy}{mm}-{001}")

    assert pattern.period(MARCH) == pattern.period(date(2026, 3, 31))
    assert pattern.period(MARCH) != pattern.period(date(2026, 4, 1))


@pytest.mark.parametrize(
    "pattern", ["T", "{001}{01}", "{week}{001}", "T{001", "{01}}", "a\n{01}", "{01}" + "x" * 60]
)
def test_a_pattern_that_does_not_count_once_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_pattern(pattern)


def test_an_hour_that_happens_twice_means_the_first() -> None:
    found = read_instant("2026-10-25T02:30", BERLIN)

    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        read_instant("2026-03-29T02:30", BERLIN)

    assert caught.value.code == "not_a_datetime"


def test_an_offset_goes_before_the_zone_of_the_reader() -> None:
    found = read_instant("2026-03-02T10:30+08:00", BERLIN)

    assert found == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "number", "day", "length"),
    [
        ("en", "1,234.50", "2 Mar 2026 11:30", "1 d 12 h"),
        ("zh-CN", "1,234.50", "2026年3月2日 11:30", "1天 12小时"),
        ("es", "1.234,50", "2 mar 2026 11:30", "1 d 12 h"),
        ("ar", "1,234.50", "2 مارس 2026 11:30", "1 ي 12 س"),
        ("xx", "1,234.50", "2 Mar 2026 11:30", "1 d 12 h"),
    ],
)
def test_values_look_as_the_locale_writes_them(
    locale: str, number: str, day: str, length: str
) -> None:
    display = Display(locale, BERLIN)

    assert number_text(Decimal("1234.5"), locale, 2) == number
    assert datetime_text(datetime(2026, 3, 2, 10, 30, tzinfo=UTC), display) == day
    assert duration_text(timedelta(hours=36), locale) == length


@pytest.mark.parametrize(
    ("value", "text", "json"),
    [
        (None, "", None),
        (True, "Yes", True),
        (Decimal("1.50"), "1.5", "1.50"),
        (MARCH, "2 Mar 2026", "2026-03-02"),
        (timedelta(0), "0 min", "0s"),
        (["a", "u-1"], "a, Ana", ["a", "u-1"]),
        (FIVE, "5 CNY", {"amount": "5.00", "currency": "CNY"}),
    ],
    ids=["null", "yes", "number", "date", "none", "list", "money"],
)  # fmt: skip
def test_plain_values_are_shown_and_sent(value: object, text: str, json: object) -> None:
    display = Display("en", BERLIN, {"u-1": "Ana"})

    assert plain_text(value, display) == text
    assert plain_json(value) == json


def test_options_are_found_by_id_and_in_tables_by_title_too() -> None:
    form = a_form("""
forms:
  ticket:
    fields:
      impact: {type: select, options: {high: {en: High, zh: 高}, "2": Two, plain: }}
""")
    one = form.fields[FieldId("impact")]

    assert one.type.from_cell("高", one.options, NEUTRAL) == "high"
    assert one.type.from_cell(2, one.options, NEUTRAL) == "2"
    assert one.type.write("plain", one.options, Display("en", BERLIN)) == "Plain"
    assert one.type.write("long_gone", one.options, Display("en", BERLIN)) == "long_gone"


def test_a_branch_of_a_tree_is_shown_with_those_above_it() -> None:
    form = a_form("""
forms:
  ticket:
    fields:
      category:
        type: tree_select
        leaves_only: true
        options: {billing: {title: Billing, options: {refund: {title: Refund, retired: true}}}}
""")
    one = form.fields[FieldId("category")]

    shown = one.type.write("refund", one.options, Display("en", BERLIN))

    assert shown == "Billing / Refund"
    assert [r.code for r in one.type.check("billing", one.options)] == ["not_a_leaf"]
    assert [r.code for r in one.type.check("refund", one.options)] == ["retired_option"]
    options = one.type.widget_data(one.options, "en")["options"]
    assert [(option["depth"], option["leaf"]) for option in options] == [(0, False), (1, True)]
