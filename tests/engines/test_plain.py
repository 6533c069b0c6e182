from __future__ import annotations

import pytest

from engines.plain import changed, plain


@plain
class Parcel:
    sender: str
    weight: int
    note: str = ""


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

    with pytest.raises(TypeError, match="Parcel has no height"):
        changed(parcel, height=2)
