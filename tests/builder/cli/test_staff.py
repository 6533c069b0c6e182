"""Where people stand, from the command line."""

from __future__ import annotations

import json

import pytest

from tests.builder.cli.conftest import Run


@pytest.fixture
def staffed(run: Run) -> Run:
    """A house with Ann, whose manager is Bob, who heads repair."""
    for name in ("ann", "bob"):
        assert run("user", "add", f"{name}@example.org").exit_code == 0
    head = ("--title", "Repair", "--head", "bob@example.org")
    assert run("department", "set", "repair", *head).exit_code == 0
    return run


def test_place_says_where_somebody_stands(staffed: Run) -> None:
    placed = staffed(
        "user", "place", "ann@example.org", "--department", "repair", "--manager",
        "bob@example.org", "--skill", "welding", "--skill", "paint", "--region", "north", "--json",
    )  # fmt: skip

    assert json.loads(placed.output) == {
        "email": "ann@example.org",
        "departments": ["repair"],
        "manager": "bob@example.org",
        "skills": ["paint", "welding"],
        "regions": ["north"],
    }


def test_departments_are_listed_with_their_heads(staffed: Run) -> None:
    staffed("department", "set", "welders", "--parent", "repair")

    listed = json.loads(staffed("department", "list", "--json").output)

    assert [(one["id"], one["parent"], one["head"]) for one in listed] == [
        ("repair", "", "bob@example.org"),
        ("welders", "repair", ""),
    ]


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (("user", "place", "bob@example.org", "--manager", "bob@example.org"), "own manager"),
        (("user", "place", "ann@example.org", "--department", "sales"), "sales"),
        (("user", "place", "ann@example.org", "--manager", "eve@example.org"), "eve@"),
        (("department", "set", "repair", "--parent", "repair"), "below itself"),
        (("department", "set", "paint", "--parent", "nothing"), "nothing"),
        (("department", "set", "paint", "--head", "eve@example.org"), "eve@"),
        (("department", "remove", "sales"), "sales"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    staffed: Run, command: tuple[str, ...], word: str
) -> None:
    result = staffed(*command)

    assert result.exit_code != 0
    assert word in result.output


def test_department_with_others_below_stays(staffed: Run) -> None:
    staffed("department", "set", "welders", "--parent", "repair")

    refused = staffed("department", "remove", "repair")
    removed = staffed("department", "remove", "welders")

    assert (refused.exit_code, removed.exit_code) == (1, 0)
