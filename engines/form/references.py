"""Ids of records, people and files in answers. Whether they exist, the runtime finds out."""

from __future__ import annotations

import re

from engines.form.problems import Refused
from engines.form.reading import is_blank

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read_id(raw: object, code: str) -> str | None:
    """The id an answer holds, None for a blank one; raises Refused with `code`."""
    if is_blank(raw):
        return None
    if not isinstance(raw, str) or not _ID.fullmatch(raw.strip()):
        raise Refused(code)
    return raw.strip()
