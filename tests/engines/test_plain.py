from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field, fields, replace
from typing import Any

import pytest

from engines.plain import changed, plain


@plain
class Parcel:
    sender: str
    weight: int
    note: str = ""


@plain
class Letter:
    sender: str
    weight: int
    note: str = ""
    stamps: Mapping[str, int] = field(default_factory=dict)


def test_changed_data_keeps_what_was_not_named() -> None:
    parcel = Parcel("Ana", 3, "fragile")

    heavier = changed(parcel, weight=5)

    assert heavier == Parcel("Ana", 5, "fragile")
    assert parcel.weight == 3


def test_changed_data_takes_nothing_for_an_answer() -> None:
    parcel = Parcel("Ana", 3, "fragile")

    bare = changed(parcel, weight=0, note="")

    assert bare == Parcel("Ana", 0, "")


def test_a_name_that_is_no_field_is_refused() -> None:
    parcel = Parcel("Ana", 3)

    with pytest.raises(TypeError, match="no field 'height'"):
        changed(parcel, height=2)


def test_plain_data_cannot_be_changed_in_place() -> None:
    parcel: Any = Parcel("Ana", 3)

    with pytest.raises(AttributeError):
        parcel.weight = 4

    assert parcel.weight == 3


def test_plain_data_with_the_same_values_is_equal_within_its_kind_only() -> None:
    letter: Any = Letter("Ana", 3)

    assert Parcel("Ana", 3) == Parcel("Ana", 3)
    assert hash(Parcel("Ana", 3)) == hash(Parcel("Ana", 3))
    assert letter != Parcel("Ana", 3)


def test_the_standard_library_takes_plain_data_for_a_dataclass() -> None:
    parcel: Any = Parcel("Ana", 3, "fragile")

    assert [one.name for one in fields(parcel)] == ["sender", "weight", "note"]
    assert asdict(parcel) == {"sender": "Ana", "weight": 3, "note": "fragile"}
    assert replace(parcel, weight=4) == Parcel("Ana", 4, "fragile")


def test_plain_data_shares_no_made_default() -> None:
    assert Letter("Ana", 3).stamps is not Letter("Ben", 3).stamps


def test_plain_data_is_matched_by_its_fields() -> None:
    match Parcel("Ana", 3):
        case Parcel(sender, weight):
            assert (sender, weight) == ("Ana", 3)
