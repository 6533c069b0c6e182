"""The codes of answers that cannot be taken, with the parameters their sentences need.

The sentences themselves are in the message catalogue, in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engines.values import Value

# code -> names of its parameters
CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # of the submit as a whole
        "unknown_field": (),
        "not_editable": (),
        "read_only": (),
        "doubled": (),
        "required": (),
        "check_failed": ("message",),  # {"en": "…", "zh": "…"}, the author's own words
        "cannot_compute": (),
        "not_unique": (),  # found by the runtime, under its lock
        # text
        "not_text": (),
        "wrong_characters": (),
        "too_long": ("max",),
        "too_short": ("min",),
        "pattern_mismatch": (),
        "not_an_email": (),
        "not_a_phone": (),
        "not_a_url": (),
        "wrong_scheme": ("schemes",),
        # numbers and money
        "not_a_number": (),
        "not_whole": (),
        "too_many_decimals": ("scale",),
        "too_small": ("min",),
        "too_large": ("max",),
        "not_money": (),
        "unknown_currency": ("currency",),
        # time
        "not_a_date": (),
        "not_a_datetime": (),
        "too_early": ("min",),
        "too_late": ("max",),
        "not_a_duration": (),
        "too_brief": ("min",),
        "too_lasting": ("max",),
        # choices and lists
        "unknown_option": ("value",),
        "retired_option": ("value",),
        "not_a_leaf": ("value",),
        "not_a_list": (),
        "too_few": ("min",),
        "too_many": ("max",),
        "twice": ("value",),
        "not_yes_or_no": (),
        # people, records, files
        "not_a_user": (),
        "not_a_record": (),
        "unknown_record": (),  # found by the runtime: deleted, or not for this person to see
        "not_a_file": (),
        "file_too_big": ("max_size_mb",),  # found by the runtime at the upload
        "wrong_file_type": ("accept",),  # found by the runtime at the upload
    }
)

_SHOWN_CHARACTERS = 60


class Refused(Exception):
    """An answer cannot be taken; the field it belongs to is known to the caller."""

    def __init__(self, code: str, **params: Value) -> None:
        self.code = code
        self.params = params
        super().__init__(code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refused) and (self.code, self.params) == (
            other.code,
            other.params,
        )

    def __hash__(self) -> int:
        return hash(self.code)

    def sentence(self) -> str:
        """English words for a definition's author; users get the catalogue's sentence."""
        # The value itself stands in the author's message already.
        given = ", ".join(f"{key} {one}" for key, one in self.params.items() if key != "value")
        words = self.code.replace("_", " ")
        return f"{words} ({given})" if given else words


def shown(value: object) -> str:
    """A hostile value cut to what a message may repeat."""
    text = str(value) if isinstance(value, str | int) else type(value).__name__
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
