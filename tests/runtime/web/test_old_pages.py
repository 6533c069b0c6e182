"""A page that was opened before a version went live: what it sends is taken, or told plainly."""

from __future__ import annotations

import re

import pytest

from tests.support.sites import DESK, Site, text_of

NEW = "/a/desk/f/request/new"
TYPED = {"subject": "Lamp", "details": "It went out.", "urgency": "high"}

WITHOUT_DETAILS = DESK.replace("      details: {type: textarea, title: Details}\n", "").replace(
    "      - details\n", ""
)
WITHOUT_HIGH = DESK.replace("high: {title: High, color: danger}", "top: Top").replace(
    "urgency: high", "urgency: top"
)
WITH_COLOUR = DESK.replace(
    "      secret: {type: text, title: Secret}\n",
    "      secret: {type: text, title: Secret}\n"
    "      colour: {type: text, title: Colour, required: true}\n",
).replace("      - secret\n", "      - secret\n      - colour\n")
READING_DETAILS = DESK.replace(
    "details: {type: textarea, title: Details}",
    "details: {type: textarea, title: Details, readonly: true}",
)
TYPED_ONCE = re.compile(r'<textarea class="input" rows="\d" dir="auto" readonly>([^<]*)<')
COLOUR = "colour: {type: text, title: Colour}"
CLERK_FIELDS = "fields: {secret: hidden, colour: hidden}"


def test_answers_of_a_field_that_stayed_are_taken(site: Site) -> None:
    browser = site.browser("cleo")
    browser.get(NEW)

    site.world.publish(WITHOUT_DETAILS)
    answer = browser.post(NEW, {"subject": "Lamp", "urgency": "high"})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (WITHOUT_DETAILS, "This does not belong to the form. Open the page again."),
        (WITHOUT_HIGH, "Urgency"),
        (WITH_COLOUR, "Colour"),
    ],
    ids=["field taken away", "option taken away", "field that is asked for now"],
)
def test_what_no_longer_fits_is_told_and_the_rest_stays_typed(
    site: Site, version: str, told: str
) -> None:
    browser = site.browser("cleo")
    browser.get(NEW)

    site.world.publish(version)
    answer = browser.post(NEW, TYPED)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert 'value="Lamp"' in answer.get_data(as_text=True)


def test_what_was_typed_into_a_field_that_is_gone_can_be_copied(site: Site) -> None:
    browser = site.browser("cleo")
    browser.get(NEW)

    site.world.publish(WITHOUT_DETAILS)
    page = browser.post(NEW, {**TYPED, "details": "It <b>went</b>\nout."}).get_data(as_text=True)

    assert "Details: This does not belong to the form." in page
    (typed,) = TYPED_ONCE.findall(page)
    assert typed == "It &lt;b&gt;went&lt;/b&gt;\nout."


def test_the_title_of_a_gone_field_is_told_to_those_who_could_see_it(site: Site) -> None:
    hidden = WITH_COLOUR.replace("colour: {type: text, title: Colour, required: true}", COLOUR)
    site.world.publish(hidden.replace("fields: {secret: hidden}", CLERK_FIELDS))
    browser = site.browser("cleo")

    site.world.publish(DESK)
    page = browser.post(NEW, {**TYPED, "colour": "guess"}).get_data(as_text=True)

    assert "Colour" not in page
    assert TYPED_ONCE.findall(page) == ["guess"]


def test_what_was_typed_into_a_field_that_is_only_read_now_can_be_copied(site: Site) -> None:
    browser = site.browser("cleo")
    browser.get(NEW)

    site.world.publish(READING_DETAILS)
    page = browser.post(NEW, TYPED).get_data(as_text=True)

    assert TYPED_ONCE.findall(page) == ["It went out."]


def test_a_record_opened_for_change_is_changed_by_the_new_version(site: Site) -> None:
    browser = site.browser("cleo")
    record = browser.post(NEW, TYPED).headers["Location"].partition("?")[0]
    browser.get(f"{record}/edit")

    site.world.publish(WITHOUT_HIGH)
    answer = browser.post(f"{record}/edit", {"subject": "Lamps", "_revision": "1"})

    assert answer.status_code == 303
    assert "Lamps" in text_of(browser.get(record))
