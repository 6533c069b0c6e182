"""Diagnostics are worded, ordered and said once."""

from __future__ import annotations

import pytest

from engines.diagnostics import Diagnostic, Path, Problems, did_you_mean, format_path, one_of
from engines.errors import Conflict, DefinitionError, FieldErrors, FieldProblem, NotFound


class Lines:
    """A text whose keys stand on the line given for their first step."""

    name = "desk.yaml"

    def position(self, path: Path) -> tuple[int, int]:
        return {"title": (2, 1), "forms": (7, 3)}[str(path[0])]


def test_diagnostic_reads_as_one_sentence_with_code() -> None:
    mood: Path = ("forms", "ticket", "fields", "mood", "type")

    shown = str(
        Diagnostic(
            "F002", mood, 41, "unknown type 'raitng'", "Did you mean 'rating'?", 5, "a.yaml"
        )
    )

    assert shown == (
        "a.yaml:41: forms.ticket.fields.mood.type: unknown type 'raitng'. "
        "Did you mean 'rating'? [F002]"
    )


@pytest.mark.parametrize(
    ("file", "line", "place"),
    [("a.yaml", 0, "a.yaml: "), ("", 3, "line 3: "), ("", 0, "")],
    ids=["file only", "line only", "neither"],
)
def test_place_omits_what_is_unknown(file: str, line: int, place: str) -> None:
    diagnostic = Diagnostic("S001", (), line, "Broken.", file=file)

    assert str(diagnostic) == f"{place}Broken. [S001]"


def test_problems_come_in_file_order_and_once() -> None:
    problems = Problems()
    problems.add("F001", ("forms", "ticket"), "later")
    problems.add("D001", ("title",), "earlier", hint="Write a text.")
    problems.add("F001", ("forms", "ticket"), "later")
    problems.add("S001", (), "first", at=(1, 4))

    found = problems.sorted(Lines())

    assert [(one.line, one.column, one.code) for one in found] == [
        (1, 4, "S001"),
        (2, 1, "D001"),
        (7, 3, "F001"),
    ]


def test_problem_below_a_path_is_known_there() -> None:
    problems = Problems()
    problems.add("F001", ("forms", "ticket", "title"), "wrong")

    known = [problems.has_under(path) for path in [(), ("forms", "ticket"), ("forms", "visit")]]

    assert known == [True, True, False]


@pytest.mark.parametrize(
    ("path", "shown"),
    [((), ""), (("rows", 2, 0), "rows[2][0]"), (("a", "b"), "a.b"), ((1, "a"), "[1].a")],
)
def test_path_is_printed_as_people_write_it(path: Path, shown: str) -> None:
    assert format_path(path) == shown


def test_nearest_word_is_suggested_whatever_its_case() -> None:
    suggestion = did_you_mean("RAITNG", ["text", "Rating"])

    assert suggestion == "Did you mean 'Rating'?"


def test_far_word_gets_no_suggestion() -> None:
    assert did_you_mean("zzz", ["text", "rating"]) is None


def test_long_list_of_choices_is_cut() -> None:
    assert one_of("abcd", limit=2) == "Write one of a, b, … (2 more)."


def test_definition_error_prints_every_diagnostic() -> None:
    error = DefinitionError([Diagnostic("D001", (), 1, "a"), Diagnostic("D002", (), 2, "b")])

    assert str(error) == "line 1: a. [D001]\nline 2: b. [D002]"


def test_field_errors_keep_code_and_parameters() -> None:
    error = FieldErrors([FieldProblem("price", "too_small", {"min": 1})])

    assert (error.problems[0].params, str(error)) == ({"min": 1}, "price: too_small")


def test_request_errors_say_what_happened() -> None:
    assert str(NotFound("ticket 7")) == "ticket 7 was not found"
    assert Conflict("taken", {"by": "ana"}).details == {"by": "ana"}


def test_warning_stands_apart_and_makes_no_definition_wrong() -> None:
    problems = Problems()
    problems.warn("R026", ("forms", "speed"), "no row takes size big")

    (found,) = problems.warnings(Lines())

    assert not problems
    assert problems.sorted(Lines()) == ()
    assert found.is_warning
    assert found.sentence() == "warning: forms.speed: no row takes size big. [R026]"
