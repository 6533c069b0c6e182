"""What our Flask decides once must not change what an address means."""

from __future__ import annotations

import pytest
from flask import Blueprint
from werkzeug.routing import Map, Rule

from engines.errors import BugError
from runtime.web.front import Address, Front

RULES = ["/", "/a/<app>/f/<form>/<int:number>", "/files/<path:name>"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("more", [{}, {"page": "2 & 3"}], ids=["alone", "with a query"])
def test_an_address_built_late_is_the_one_werkzeug_builds(
    rule: str, more: dict[str, object]
) -> None:
    values = {"app": "desk", "form": "ticket", "number": 7, "name": "a/b c.pdf", **more}

    built = [
        Map([made(rule, endpoint="here")]).bind("localhost").build("here", values)
        for made in (Address, Rule)
    ]

    assert built[0] == built[1]


def test_every_address_of_the_front_is_built_late() -> None:
    front = Front("front")

    front.add_url_rule("/tasks", "tasks", lambda: "none")

    assert {type(rule) for rule in front.url_map.iter_rules()} == {Address}
    with front.test_request_context():
        assert front.url_for("tasks") == "/tasks"


@pytest.mark.parametrize("hook", ["before_request", "after_request", "teardown_request"])
def test_a_hook_that_would_never_be_called_is_refused(hook: str) -> None:
    front, pages = Front("front"), Blueprint("pages", "front")
    getattr(pages, hook)(lambda *_: None)
    front.register_blueprint(pages)

    with pytest.raises(BugError, match=f"{hook}_funcs"):
        front.require_no_hooks()


def test_what_is_torn_down_with_the_application_is_refused_too() -> None:
    front = Front("front")
    front.teardown_appcontext(lambda _: None)

    with pytest.raises(BugError, match="teardown_appcontext_funcs"):
        front.require_no_hooks()
