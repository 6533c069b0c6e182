from __future__ import annotations

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from runtime.web.headers import FILE_POLICY, Covered

NAMES = (
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Content-Security-Policy",
    "Cache-Control",
)


@Request.application
def bare(_: Request) -> Response:
    return Response("refused", 429)


@Request.application
def with_a_policy(_: Request) -> Response:
    return Response("file", headers={"content-security-policy": FILE_POLICY})


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_from_before_flask_is_covered(name: str) -> None:
    answer = Client(Covered(bare, is_https=False)).get("/")

    assert answer.headers.getlist(name) != []


def test_a_header_that_an_answer_has_is_kept_and_not_doubled() -> None:
    answer = Client(Covered(with_a_policy, is_https=False)).get("/")

    assert answer.headers.getlist("Content-Security-Policy") == [FILE_POLICY]


@pytest.mark.parametrize("is_https", [True, False], ids=["https", "http"])
def test_only_https_is_demanded_where_it_is_spoken(is_https: bool) -> None:  # noqa: FBT001
    answer = Client(Covered(bare, is_https=is_https)).get("/")

    assert ("Strict-Transport-Security" in answer.headers) is is_https
