"""What the table of plain rules finds is what Werkzeug finds; where it is not sure it says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from runtime.web.plain_rules import PlainRules
from tests.support.sites import Site

RULE_PARTS = st.sampled_from(["a", "b", "", "<x>", "<int:n>", "<path:p>", "c-<y>"])
PATH_PARTS = st.sampled_from(["a", "b", "", "7", "c-d", "a b", "ü"])
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PATCH"])
RULES = st.lists(
    st.tuples(
        st.lists(RULE_PARTS, min_size=1, max_size=4, unique=True),
        st.sets(st.sampled_from(["GET", "POST"]), min_size=1),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def made(rules: list[tuple[list[str], set[str], bool]]) -> Map:
    return Map(
        [
            Rule(
                "/" + "/".join(parts),
                endpoint=str(number),
                methods=sorted(methods),
                redirect_to="/" if is_moved else None,
            )
            for number, (parts, methods, is_moved) in enumerate(rules)
        ],
        strict_slashes=False,
    )


def by_werkzeug(addresses: Map, path: str, method: str) -> Any:
    try:
        return addresses.bind("localhost").match(path, method, return_rule=True)
    except HTTPException as error:
        return type(error)


@example([(["a", "<x>"], {"GET"}, False), (["<x>", "b"], {"GET"}, False)], ["a", "b"], "GET")
@example([(["a"], {"GET"}, False), (["<x>"], {"POST"}, False)], ["a"], "POST")
@given(RULES, st.lists(PATH_PARTS, min_size=1, max_size=5), METHODS)
def test_what_the_table_finds_is_what_werkzeug_finds(
    rules: list[tuple[list[str], set[str], bool]], parts: list[str], method: str
) -> None:
    addresses = made(rules)
    path = "/" + "/".join(parts).lstrip("/")

    found = PlainRules(addresses.iter_rules()).find(path, method)

    assert found is None or found == by_werkzeug(addresses, path, method)


PLAIN = [
    Rule("/", endpoint="home", methods=["GET"]),
    Rule("/<app>/<form>", endpoint="records", methods=["GET"]),
    Rule("/<app>/<form>", endpoint="create", methods=["POST"]),
    Rule("/<app>/tasks", endpoint="tasks", methods=["GET"]),
    Rule("/files/<path:name>", endpoint="files", methods=["GET"]),
    Rule("/old", endpoint="old", methods=["GET"], redirect_to="/"),
    Rule("/pages", endpoint="pages", methods=["GET"], defaults={"page": 1}),
    Rule("/pages/<page>", endpoint="pages", methods=["GET"]),
    Rule("/twice/<a>", endpoint="first", methods=["GET"]),
    Rule("/twice/<b>", endpoint="second", methods=["GET"]),
]


@pytest.mark.parametrize(
    ("path", "method", "endpoint", "values"),
    [
        ("/", "GET", "home", {}),
        ("/desk/ticket", "HEAD", "records", {"app": "desk", "form": "ticket"}),
        ("/desk/ticket", "POST", "create", {"app": "desk", "form": "ticket"}),
        ("/desk/tasks", "GET", "tasks", {"app": "desk"}),
    ],
)
def test_a_plain_address_is_found(
    path: str, method: str, endpoint: str, values: dict[str, str]
) -> None:
    addresses = Map([rule.empty() for rule in PLAIN])

    found = PlainRules(addresses.iter_rules()).find(path, method)

    assert found is not None
    assert (found[0].endpoint, found[1]) == (endpoint, values)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/desk/tasks", "POST"),  # by the other rule, to which one has to turn back
        ("/desk/ticket", "DELETE"),
        ("/desk/ticket/", "GET"),
        ("/desk//ticket", "GET"),
        ("//", "GET"),
        ("/files/a/b", "GET"),
        ("/old", "GET"),
        ("/pages", "GET"),
        ("/pages/1", "GET"),
        ("/twice/1", "GET"),
        ("/nothing/is/here", "GET"),
    ],
)
def test_werkzeug_is_asked_where_parts_alone_do_not_say(path: str, method: str) -> None:
    addresses = Map([rule.empty() for rule in PLAIN])

    assert PlainRules(addresses.iter_rules()).find(path, method) is None


def test_every_plain_address_of_the_product_is_found_as_werkzeug_finds_it(site: Site) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if ":" not in rule.rule]
    asked = [
        (rule.rule.replace("<", "").replace(">", ""), method)
        for rule in rules
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]
    table = PlainRules(site.app.url_map.iter_rules())

    found = [table.find(path, method) for path, method in asked]

    assert len(found) > 100
    assert found == [by_werkzeug(site.app.url_map, path, method) for path, method in asked]
