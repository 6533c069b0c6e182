from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engines.errors import BugError
from engines.registry import leaves_of

LEAF = """
from leaf_base import Leaf

class One(Leaf):
    name = {name!r}

TYPE = One()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "leaf_base.py").write_text("class Leaf:\n    name = ''\n")
    folder = tmp_path / "leaves_under_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith(("leaf_base", "leaves_under_"))]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def _base() -> type:
    from importlib import import_module

    return import_module("leaf_base").Leaf


def test_leaves_come_in_the_order_of_their_files(package: Path) -> None:
    (package / "pear.py").write_text(LEAF.format(name="pear"))
    (package / "apple.py").write_text(LEAF.format(name="apple"))
    (package / "if_.py").write_text(LEAF.format(name="if"))

    leaves = leaves_of("leaves_under_test", _base())

    assert list(leaves) == ["apple", "if", "pear"]


def test_a_leaf_not_named_after_its_file_is_our_bug(package: Path) -> None:
    (package / "pear.py").write_text(LEAF.format(name="plum"))

    with pytest.raises(BugError, match="named 'plum'"):
        leaves_of("leaves_under_test", _base())


def test_two_leaves_of_one_name_are_our_bug(package: Path) -> None:
    (package / "pear.py").write_text(LEAF.format(name="pear"))
    (package / "pear_.py").write_text(LEAF.format(name="pear"))

    with pytest.raises(BugError, match="two modules provide 'pear'"):
        leaves_of("leaves_under_test", _base())


def test_a_module_without_type_is_our_bug(package: Path) -> None:
    (package / "pear.py").write_text("")

    with pytest.raises(BugError, match="has no TYPE"):
        leaves_of("leaves_under_test", _base())


def test_the_set_cannot_be_changed_by_its_readers(package: Path) -> None:
    (package / "pear.py").write_text(LEAF.format(name="pear"))

    leaves = leaves_of("leaves_under_test", _base())

    with pytest.raises(TypeError):
        leaves["plum"] = leaves["pear"]  # type: ignore[index]
