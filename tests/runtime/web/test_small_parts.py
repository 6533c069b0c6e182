"""Formats, accents and own paths: pure functions of the front."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.web.accent import accent, contrast
from runtime.web.catalogue import catalogue
from runtime.web.formats import due_text, relative_text, size_text
from runtime.web.redirects import own_path
from runtime.web.uploads import clean_name

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "locale", "expected"),
    [
        (timedelta(seconds=10), "en", "just now"),
        (timedelta(minutes=-5), "en", "5 minutes ago"),
        (timedelta(hours=-1), "en", "1 hour ago"),
        (timedelta(days=2), "en", "in 2 days"),
        (timedelta(days=2), "ar", "بعد يومين"),
        (timedelta(minutes=-5), "zh", "5 分钟前"),
        (timedelta(days=-20), "en", ""),
    ],
)
def test_near_times_are_said_in_words(away: timedelta, locale: str, expected: str) -> None:
    assert relative_text(NOW + away, NOW, catalogue(locale)) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=2, minutes=5, seconds=9), "2 h 5 min left"),
        (timedelta(minutes=-3), "3 min late"),
        (timedelta(days=3, hours=4, minutes=7), "3 d 4 h left"),
        (timedelta(days=-30, hours=-5), "30 d late"),
    ],
)
def test_due_times_say_what_is_left(left: timedelta, expected: str) -> None:
    assert due_text(NOW + left, NOW, catalogue("en"), "en") == expected


@pytest.mark.parametrize(
    ("size_bytes", "locale", "expected"),
    [(12, "en", "12 B"), (340_000, "en", "340 kB"), (1_250_000, "es", "1,2 MB")],
)
def test_sizes_are_rounded(size_bytes: int, locale: str, expected: str) -> None:
    assert size_text(size_bytes, locale) == expected


@given(st.text(max_size=40))
def test_own_paths_never_leave_the_site(wanted: str) -> None:
    led_to = urlsplit(urljoin("https://desk.example/x", own_path(wanted)))

    assert (led_to.scheme, led_to.netloc) == ("https", "desk.example")


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_can_be_read_on_light_and_dark(color: int) -> None:
    found = accent(f"#{color:06x}")

    assert found is not None
    assert contrast(_rgb(found.fill), (255, 255, 255)) >= 4.5
    assert contrast(_rgb(found.text_dark), (0x2D, 0x30, 0x39)) >= 4.5


@pytest.mark.parametrize("color", ["", "red", "#12345", "#12345g", "#123456;x:url(//evil)"])
def test_what_is_no_colour_gives_no_accent(color: str) -> None:
    assert accent(color) is None


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nb\u202e.pdf", "ab.pdf"),
        ("...", "file"),
        ("", "file"),
        ("报告.pdf", "报告.pdf"),
    ],
)
def test_file_names_are_the_last_part_and_printable(given_name: str, expected: str) -> None:
    assert clean_name(given_name) == expected


def _rgb(color: str) -> tuple[int, int, int]:
    return (int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))
