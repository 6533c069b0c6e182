"""The clocks of a record on its page: for us, in words, and never for a guest."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.sites import DESK, Site

LEVELS = """\
calendars:
  office: {title: Office, week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}
sla:
  prompt:
    title: Prompt help
    for: request
    calendar: office
    targets:
      solution:
        title: Solution
        within: 4h
        stops: record.status != 'open'
        steps:
          half: {title: Half the time, at: 50%, do: [{set: {urgency: high}}]}
"""


@pytest.fixture
def address(site: Site) -> str:
    """A request of a guest, on a desk that has made a promise."""
    site.world.publish(f"{DESK}{LEVELS}")
    response = site.browser("gus").post("/a/desk/f/request/new", {"subject": "Broken lamp"})
    return response.headers["Location"].partition("?")[0]


def badge(site: Site, address: str, person: str = "cleo") -> str:
    """What the section of service levels says, in one line."""
    page = site.browser(person).get(address).get_data(as_text=True)
    found = re.search(r"<h2[^>]*>Service levels</h2>(.*?)</section>", page, re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", found[1]) if found else ""
    return " ".join(text.split())


def test_promise_is_shown_with_the_time_that_is_left(site: Site, address: str) -> None:
    assert badge(site, address) == "Solution 6 h left Prompt help, in the hours of Office"


def test_step_that_was_reached_is_named(site: Site, address: str) -> None:
    site.world.advance(hours=4)

    assert badge(site, address).endswith("in the hours of Office · Half the time")


@pytest.mark.parametrize(
    ("after", "word"), [(1, "kept"), (30, "missed")], ids=["in time", "too late"]
)
def test_stopped_clock_says_how_it_ended(site: Site, address: str, after: int, word: str) -> None:
    site.world.clock.advance(timedelta(hours=after))
    record = address.rpartition("/")[2]

    hanna = site.world.actor("hanna")
    site.world.change(hanna, "request", record, status="solved", reason="A bulb")

    assert badge(site, address).startswith(f"Solution {word} ")


def test_guest_sees_no_promise(site: Site, address: str) -> None:
    assert badge(site, address, "gus") == ""
