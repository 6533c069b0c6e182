"""Nothing outside a leaf's own file branches on the name of a type, node, action or chart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, generic_code, name_of

LEAVES = (
    "engines/form/types",
    "engines/flow/nodes",
    "engines/rules/actions",
    "engines/report/charts",
)
# What a catalogue id would be compared with: `field.type == "text"`, `node.type.name == "start"`,
# not the id an author chose for a node or a field, nor what a type says of itself (`.widget`).
SUBJECT = re.compile(r"(type|action|chart|control)(?!\w*\.widget$)", re.IGNORECASE)


def test_no_code_outside_the_leaves_branches_on_a_catalogue_id() -> None:
    ids = catalogue_ids()
    outside = [path for path in generic_code(".py") if not name_of(path).startswith(LEAVES)]

    branches = [
        f"{name_of(path)}:{line}: {subject} compared with {literal!r}"
        for path in outside
        for line, subject, literal in comparisons(path.read_text(encoding="utf-8"))
        if literal in ids and SUBJECT.search(subject)
    ]

    assert branches == []


@pytest.mark.parametrize(
    "code",
    [
        'if field.type.name == "rating": pass',
        'if "rating" != field.type: pass',
        'if node["type"] in ("rating", "text"): pass',
        'match field.type:\n    case "rating": pass',
        'match field.type:\n    case "text" | "rating": pass',
    ],
    ids=["equal", "unequal", "in", "case", "or-case"],
)
def test_each_way_to_branch_on_a_name_is_seen(code: str) -> None:
    found = list(comparisons(code))

    assert ("rating", True) in [(word, bool(SUBJECT.search(on))) for _, on, word in found]


def catalogue_ids() -> set[str]:
    """A leaf's id is its file's name: `engines/form/types/tree_select.py` is `tree_select`."""
    return {
        path.stem
        for folder in LEAVES
        for path in (ROOT / folder).glob("*.py")
        if not path.stem.startswith("_")
    }


def comparisons(code: str) -> Iterator[tuple[int, str, str]]:
    """Every comparison with a literal text: its line, what is compared, the text."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            yield from _pairs(node.lineno, sides, sides)
        if isinstance(node, ast.Match):
            yield from _pairs(node.lineno, [node.subject], [case.pattern for case in node.cases])


def _pairs(
    line: int, subjects: list[ast.expr], holders: list[ast.expr] | list[ast.pattern]
) -> Iterator[tuple[int, str, str]]:
    words = [
        inner.value
        for holder in holders
        for inner in ast.walk(holder)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]
    named = [ast.unparse(side) for side in subjects if not _is_literal(side)]
    yield from ((line, subject, word) for subject in named for word in words)


def _is_literal(side: ast.expr) -> bool:
    return isinstance(side, ast.Constant | ast.Tuple | ast.List | ast.Set)


def test_the_leaves_stand_where_this_test_looks() -> None:
    missing = [folder for folder in LEAVES if not Path(ROOT / folder).is_dir()]

    assert missing == []
