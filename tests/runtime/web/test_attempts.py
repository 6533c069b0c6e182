"""Guessing passwords: counted by account and by address, answered alike for everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from engines.errors import FieldErrors
from engines.values import UserId
from runtime.adapters.passwords import Passwords
from runtime.passwords import require_good_password
from tests.support.sites import PASSWORD, Browser, Site, text_of


def guess(browser: Browser, email: str, password: str = "not it at all") -> int:  # noqa: S107
    return browser.post("/sign-in", {"email": email, "password": password}).status_code


def test_a_wrong_password_and_an_unknown_address_read_alike(site: Site) -> None:
    with site.runtime.store.read() as reader:
        site.runtime.accounts.set_password(reader.directory.user(UserId("cleo")), PASSWORD)

    known = site.stranger().post("/sign-in", {"email": "cleo@example.org", "password": "no"})
    unknown = site.stranger().post("/sign-in", {"email": "nobody@example.org", "password": "no"})

    assert (known.status_code, unknown.status_code) == (401, 401)
    assert text_of(known) == text_of(unknown)


@pytest.mark.parametrize("email", ["cleo@example.org", "nobody@example.org"])
def test_after_ten_failures_an_account_waits(site: Site, email: str) -> None:
    stranger = site.stranger()

    answers = [guess(stranger, email) for _ in range(11)]

    assert answers == [401] * 10 + [429]


def test_the_right_password_waits_too_and_works_later(site: Site) -> None:
    with site.runtime.store.read() as reader:
        site.runtime.accounts.set_password(reader.directory.user(UserId("cleo")), PASSWORD)
    stranger = site.stranger()
    for _ in range(10):
        guess(stranger, "cleo@example.org")

    early = guess(stranger, "cleo@example.org", PASSWORD)
    site.world.advance(minutes=16)
    late = guess(stranger, "cleo@example.org", PASSWORD)

    assert (early, late) == (429, 303)


def test_a_password_hashed_at_older_costs_is_hashed_anew_when_it_is_used(site: Site) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    store = site.runtime.store
    with store.read() as reader:
        cleo = replace(reader.directory.user(UserId("cleo")), password_hash=cheap)
    store.run(lambda unit: unit.directory.save_user(cleo))

    entered = guess(site.stranger(), "cleo@example.org", PASSWORD)
    again = guess(site.stranger(), "cleo@example.org", PASSWORD)

    with store.read() as reader:
        kept = reader.directory.user(UserId("cleo")).password_hash
    assert (entered, again) == (303, 303)
    assert kept != cheap
    assert not Passwords().is_outdated(kept)


def test_one_address_cannot_try_many_accounts(site: Site) -> None:
    stranger = site.stranger()

    answers = [guess(stranger, f"user{number}@example.org") for number in range(51)]

    assert answers[49:] == [401, 429]


@pytest.mark.parametrize(
    "password",
    ["short", "password123", "cleo@example.org1", "aaaaaaaaaaaa", "1234567890", "x" * 201],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(FieldErrors):
        require_good_password(password, email="cleo@example.org")


@pytest.mark.parametrize("password", [PASSWORD, "正确的马电池订书钉还有", "x9$kPq2!mVz"])
def test_long_unlikely_passwords_are_taken(password: str) -> None:
    require_good_password(password, email="cleo@example.org")


def test_changing_a_password_needs_the_old_one_and_ends_other_sessions(site: Site) -> None:
    with site.runtime.store.read() as reader:
        site.runtime.accounts.set_password(reader.directory.user(UserId("cleo")), PASSWORD)
    here, there = site.browser("cleo"), site.browser("cleo")

    wrong = here.post("/profile/password", {"old_password": "no", "password": "a better one now"})
    right = here.post(
        "/profile/password", {"old_password": PASSWORD, "password": "a better one now"}
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303
