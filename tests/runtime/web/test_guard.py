"""What comes from outside and should not get in: origins, tokens, content types, other people.

Long because every door has its case.
"""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, Flask

from engines.errors import BugError
from runtime.web.routes import PUBLIC, SIGNED_IN, can, route, route_lines
from tests.support.sites import BASE, Site, address, spelled_out, text_of

REQUEST = {"subject": "Broken lamp"}
NEW = "/a/desk/f/request/new"


def a_record(site: Site, by: str = "cleo", **answers: str) -> str:
    """A record's address."""
    made = site.browser(by).post(NEW, {**REQUEST, **answers})
    return made.headers["Location"].partition("?")[0]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example"}, id="other origin"),
        pytest.param({"Origin": "null"}, id="opaque origin"),
        pytest.param({"Origin": BASE, "Sec-Fetch-Site": "cross-site"}, id="cross site"),
        pytest.param({"Origin": BASE, "Sec-Fetch-Site": "same-site"}, id="sister site"),
        pytest.param({}, id="no word of it"),
    ],
)
def test_a_post_from_elsewhere_is_refused(site: Site, headers: dict[str, str]) -> None:
    browser = site.browser("cleo")

    answer = browser.client.post(NEW, data={**REQUEST, "_csrf": browser.csrf}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_post_without_the_pages_token_is_refused(site: Site, token: str) -> None:
    answer = site.browser("cleo").post(NEW, {**REQUEST, "_csrf": token})

    assert answer.status_code == 403


def test_another_sessions_token_is_refused(site: Site) -> None:
    other = site.browser("hanna")

    answer = site.browser("cleo").post(NEW, {**REQUEST, "_csrf": other.csrf})

    assert answer.status_code == 403


def test_json_does_not_pose_as_a_form(site: Site) -> None:
    browser = site.browser("cleo")

    answer = browser.client.post(
        NEW, json=REQUEST, headers={"Origin": BASE, "X-CSRF-Token": browser.csrf}
    )

    assert answer.status_code == 415


def test_a_form_does_not_pose_as_json(site: Site) -> None:
    program = site.program("cleo")

    answer = program.client.post(
        "/api/v1/desk/request",
        data=REQUEST,
        headers={"Authorization": f"Bearer {program.token}"},
    )

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({**REQUEST, "secret": "x"}, id="hidden field"),
        pytest.param({**REQUEST, "number": "R26-9999"}, id="numbered field"),
        pytest.param({**REQUEST, "created_by": "hanna"}, id="system field"),
        pytest.param({**REQUEST, "is_admin": "true"}, id="unknown field"),
        pytest.param({"subject": ["one", "two"]}, id="doubled field"),
        pytest.param({"subject": "x" * 61}, id="over-long"),
        pytest.param({"subject": "a\x00b"}, id="control character"),
        pytest.param({"subject": "a\u202eb"}, id="direction override"),
    ],
)
def test_hostile_answers_are_refused_whole(site: Site, typed: dict[str, str]) -> None:
    browser = site.browser("cleo")

    answer = browser.post(NEW, typed)

    assert answer.status_code == 422
    assert "No Request yet" in text_of(browser.get("/a/desk/f/request/?view=all"))


@pytest.mark.parametrize("suffix", ["", "/edit"])
def test_another_persons_record_is_not_found(site: Site, suffix: str) -> None:
    address = a_record(site)

    assert site.browser("gus").get(address + suffix).status_code == 404


@pytest.mark.parametrize("suffix", ["/edit", "/delete"])
def test_another_persons_record_cannot_be_changed(site: Site, suffix: str) -> None:
    address = a_record(site)

    assert site.browser("gus").post(address + suffix, {"subject": "mine"}).status_code == 404


def test_hidden_fields_are_nowhere_in_the_page(site: Site) -> None:
    address = a_record(site, by="hanna", secret="swordfish")  # noqa: S106

    pages = [
        site.browser("cleo").get(address + end).get_data(as_text=True) for end in ("", "/edit")
    ]

    assert "swordfish" not in "".join(pages)
    assert 'name="secret"' not in "".join(pages)


def test_masked_values_do_not_come_back_by_filter_or_sort(site: Site) -> None:
    browser = site.browser("cleo")
    browser.post("/a/desk/f/buyer/new", {"name": "Lin", "phone": "+8613800138000"})

    by_filter = browser.get("/a/desk/f/buyer/?where=phone~contains~13800")
    by_sort = browser.get("/a/desk/f/buyer/?sort=phone")

    assert by_filter.status_code == 403
    assert by_sort.status_code == 403


def test_a_closed_accounts_session_and_token_end_at_once(site: Site) -> None:
    browser, program = site.browser("cleo"), site.program("cleo")
    admin = site.browser("ada")

    admin.post("/admin/users/cleo", {"act": "close"})

    assert browser.get("/").status_code == 303
    assert program.call("GET", "/api/v1/desk/request").status_code == 401


def test_signing_out_elsewhere_ends_other_sessions_only(site: Site) -> None:
    here, there = site.browser("cleo"), site.browser("cleo")

    here.post("/profile/sessions/end")

    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


@pytest.mark.parametrize(("idle", "status"), [({"hours": 11}, 200), ({"hours": 13}, 303)])
def test_an_idle_session_ends(site: Site, idle: dict[str, int], status: int) -> None:
    browser = site.browser("cleo")

    site.world.advance(**idle)

    assert browser.get("/").status_code == status


def test_a_session_ends_after_a_week_of_use(site: Site) -> None:
    browser = site.browser("cleo")
    answers = []

    for _ in range(16):  # every eleven hours: never idle for long
        site.world.advance(hours=11)
        answers.append(browser.get("/").status_code)

    assert answers[:15] == [200] * 15
    assert answers[15] == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "/\tevil", "\\\\evil", "//evil.example/%2e%2e"],
)  # fmt: skip
def test_sign_in_never_leads_to_another_site(site: Site, wanted: str) -> None:
    answer = site.browser("cleo").client.get("/sign-in", query_string={"next": wanted})

    assert answer.headers["Location"] == "/"


def test_a_foreign_host_is_refused(site: Site) -> None:
    answer = site.app.test_client().get("/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_pages_carry_strict_headers_and_a_nonce_of_their_own(site: Site) -> None:
    browser = site.browser("cleo")

    one, two = browser.get("/"), browser.get("/")

    policy = one.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    assert policy != two.headers["Content-Security-Policy"]
    assert one.headers["X-Content-Type-Options"] == "nosniff"
    assert one.headers["Cache-Control"] == "no-store"


def test_pages_have_no_inline_script_or_style_without_nonce(site: Site) -> None:
    page = site.browser("hanna").get("/a/desk/f/request/new").get_data(as_text=True)

    assert re.findall(r"<(?:script|style)(?![^>]*nonce=)[^>]*>", page) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=", page) == []


def test_words_of_a_template_in_an_authors_text_stay_words(site: Site) -> None:
    page = site.browser("cleo").get(NEW).get_data(as_text=True)

    assert "In &#123;&#123; few &#125;&#125; words" in page


def test_markup_in_a_value_stays_text(site: Site) -> None:
    nasty = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"
    address = a_record(site, subject=nasty)

    page = site.browser("cleo").get(address).get_data(as_text=True)

    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in page


STRANGERS_MAY_OPEN = {
    "/sign-in", "/sign-in/link/<token>", "/static/<path:name>", "/health", "/ready", "/icon.svg",
}  # fmt: skip


def test_strangers_get_into_nothing_but_the_door(site: Site) -> None:
    lines = route_lines(site.app)

    open_rules = {line.rule for line in lines if line.permission in ("public", "anybody")}

    assert open_rules == STRANGERS_MAY_OPEN


def walked(site: Site) -> list[tuple[str, str]]:
    """Every closed address with each of its methods."""
    return [
        (rule, method)
        for line in route_lines(site.app)
        if line.rule not in STRANGERS_MAY_OPEN
        for rule in spelled_out(line.rule)
        for method in line.methods
    ]


def test_every_closed_route_turns_strangers_away(site: Site) -> None:
    stranger = site.stranger()

    answers = {
        (rule, method): stranger.client.open(
            address(rule, {"app": "desk"}), method=method, headers={"Origin": BASE}
        ).status_code
        for rule, method in walked(site)
    }

    assert {key: code for key, code in answers.items() if code not in (303, 401)} == {}


def test_every_admin_route_turns_others_away(site: Site) -> None:
    browser = site.browser("hanna")
    admin = [line for line in route_lines(site.app) if line.permission == "admin"]

    answers = {
        (line.rule, method): browser.client.open(
            address(line.rule, {"app": "desk"}),
            method=method,
            headers={"Origin": BASE, "X-CSRF-Token": browser.csrf},
        ).status_code
        for line in admin
        for method in line.methods
    }

    assert admin
    assert set(answers.values()) == {403}


def test_a_route_without_a_permission_fails_the_start() -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/open", view_func=lambda: "")

    with pytest.raises(BugError, match="declares no permission"):
        route_lines(app)


def test_a_right_in_an_app_needs_an_app_in_the_address() -> None:
    blueprint = Blueprint("odd", __name__)

    with pytest.raises(BugError, match="names no <app>"):
        route(blueprint, "/odd", permission=can("design"))


def test_one_view_cannot_have_two_permissions() -> None:
    blueprint = Blueprint("odd", __name__)

    def view() -> str:
        return ""

    route(blueprint, "/one", permission=SIGNED_IN)(view)

    with pytest.raises(BugError, match="another permission"):
        route(blueprint, "/two", permission=PUBLIC)(view)


def test_a_person_without_a_role_sees_no_list(site: Site) -> None:
    site.person("outsider")

    answer = site.browser("outsider").get("/a/desk/f/request/")

    assert answer.status_code == 403
