"""Definitions of any known format reach the current one, step by step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.diagnostics import Problems
from engines.errors import BugError
from engines.source.nodes import Data
from engines.source.read import read_source
from engines.upgrades.loop import CURRENT_FORMAT, run_steps, upgrade
from engines.upgrades.step import Step


class TitlesBecomeMaps(Step):
    """A title was a text in format 1."""

    name = "from_1"
    from_format = 1

    def upgraded(self, data: dict[str, Data]) -> dict[str, Data]:
        return {**data, "title": {"en": data["title"]}}


class TitlesAreLabels(Step):
    """A title is called a label from format 3 on."""

    name = "from_2"
    from_format = 2

    def upgraded(self, data: dict[str, Data]) -> dict[str, Data]:
        return {"label": data["title"]}


STEPS = (TitlesAreLabels(), TitlesBecomeMaps())


def complaints(text: str) -> list[str]:
    source = read_source(text, "a.yaml")
    problems = Problems()
    upgrade(source.data, problems)
    return [str(one) for one in problems.sorted(source)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"format": "1", "title": "Desk"}, {"format": "3", "label": {"en": "Desk"}}),
        ({"format": "2", "title": {"en": "Desk"}}, {"format": "3", "label": {"en": "Desk"}}),
        ({"format": "3", "label": "x"}, {"format": "3", "label": "x"}),
    ],
)
def test_every_old_format_reaches_the_current_one(data: Data, expected: Data) -> None:
    problems = Problems()

    upgraded = run_steps(data, problems, STEPS, current=3)

    assert (upgraded, list(problems)) == (expected, [])


def test_current_format_is_returned_untouched() -> None:
    data: Data = {"format": str(CURRENT_FORMAT), "app": "desk"}

    assert upgrade(data, Problems()) is data


def test_missing_step_is_our_own_mistake() -> None:
    with pytest.raises(BugError):
        run_steps({"format": "1"}, Problems(), STEPS[:1], current=3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "app: desk",
            "a.yaml:1: the key 'format' is missing. Begin the file with 'format: 1'. [D020]",
        ),
        ("format: one", "a.yaml:1: format: 'one' is not a format. Write 1. [D021]"),
        ("format: 0", "a.yaml:1: format: '0' is not a format. Write 1. [D021]"),
        ("format: [1]", "a.yaml:1: format: ['1'] is not a format. Write 1. [D021]"),
        (
            "app: desk\nformat: 9",
            "a.yaml:2: format: format 9 is newer than this program, which reads up to 1. "
            "Write 1, or update the program. [D022]",
        ),
    ],
)
def test_unknown_format_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    assert complaints(text) == [sentence]


@given(
    st.recursive(
        st.none() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["format", "title", "x"]), inner)
        ),
    )
)
def test_upgrade_is_total_on_any_data(data: Data) -> None:
    problems = Problems()

    upgraded = upgrade(data, problems)

    assert upgraded == data
