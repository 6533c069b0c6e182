from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.form.mask import Mask, apply, mask_of


@pytest.mark.parametrize(
    ("written", "text", "shown"),
    [
        ({"middle": 4}, "13812345678", "138****5678"),
        ({"start": 12}, "4111111111111111", "************1111"),
        ({"end": 4}, "AB-1234", "AB-****"),
        ({"start": 1, "end": 1}, "王小明", "*小*"),
        ({"all": True}, "secret", "******"),
        ({}, "secret", "******"),
        ({"middle": 4}, "123", "***"),
        ({"middle": 4}, "", ""),
        ({"all": True}, "a much longer text", "********"),
    ],
)
def test_a_mask_hides_its_part(written: dict[str, object], text: str, shown: str) -> None:
    assert apply(mask_of(written), text) == shown


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.text(max_size=30))
def test_a_mask_never_shows_a_character_it_names(
    start: int, middle: int, end: int, text: str
) -> None:
    found = apply(Mask(start, middle, end), text)

    is_short = len(text) <= start + middle + end
    hidden = min(len(text), 8) if is_short else max(start, middle, end)
    assert found.count("*") >= hidden - text.count("*")
    assert len(found) <= len(text)
