"""When two values are equal: null equals null, and truth values are no numbers."""

from __future__ import annotations

from engines.values import Value


def same(left: Value, right: Value) -> bool:
    """Whether both values are equal, lists and maps by their parts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)
