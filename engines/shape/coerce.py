"""Walks data and schema together: texts become booleans and numbers where the schema says so.

Whatever cannot be typed is reported here; the rest of the shape is then checked by jsonschema and
worded in `complaints`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.diagnostics import Path, Problems
from engines.shape.complaints import Complaints
from engines.shape.schema import (
    TEXT_KINDS,
    Schema,
    Typed,
    best_branch,
    kinds_taken,
    parts_of,
    validator_for,
    word_for,
)
from engines.source.nodes import Data
from engines.source.read import Source


def coerce_and_validate(source: Source, schema: Schema, problems: Problems) -> Typed:
    """The source's data as the schema types it; all that does not fit is added to `problems`.

    What could not be typed stays as it was read, so that other parts can still be checked.
    """
    validator = validator_for(schema)
    walk = _Coercion(schema, validator, problems)
    data = walk.value(schema, source.data, ())
    Complaints(schema, problems, frozenset(walk.failed)).report(validator.iter_errors(data))
    return data


class _Coercion:
    """One walk; `found` says what could not be typed, `failed` at which paths."""

    def __init__(self, root: Schema, validator: Any, problems: Problems) -> None:
        self.failed: set[Path] = set()
        self._root = root
        self._validator = validator
        self.found = problems

    def value(self, schema: Any, data: Any, path: Path) -> Typed:
        """`data` typed by every schema that applies to it."""
        kinds = kinds_taken(self._root, schema)
        if data is None and "null" not in kinds:
            self._fail_empty(path)
            return None
        for part in parts_of(self._root, schema, data) if isinstance(schema, Mapping) else ():
            data = self._part(part, data, path)
        if isinstance(data, str) and path not in self.failed:
            return self._word(data, kinds, path)
        return data  # type: ignore[no-any-return]

    def _part(self, part: Schema, data: Any, path: Path) -> Any:
        if isinstance(data, Mapping):
            data = {key: self._entry(part, key, one, path) for key, one in data.items()}
        elif isinstance(data, list):
            data = [self._item(part, index, one, path) for index, one in enumerate(data)]
        for keyword in ("anyOf", "oneOf"):
            if keyword in part:
                data = self._branch(part[keyword], data, path)
        return data

    def _entry(self, part: Schema, key: str, data: Any, path: Path) -> Any:
        properties = part.get("properties", {})
        if key in properties:
            return self.value(properties[key], data, (*path, key))
        rest = part.get("additionalProperties")
        if isinstance(rest, Mapping):
            return self.value(rest, data, (*path, key))
        return data

    def _item(self, part: Schema, index: int, data: Any, path: Path) -> Any:
        first = part.get("prefixItems", ())
        schema = first[index] if index < len(first) else part.get("items")
        return data if schema is None else self.value(schema, data, (*path, index))

    def _branch(self, branches: list[Any], data: Any, path: Path) -> Any:
        """`data` typed by the first branch it satisfies, else by the one most like it.

        Each branch is walked once: nested choices would otherwise cost a power of their depth.
        """
        attempts = [self._attempt(branch, data, path) for branch in branches]
        for branch, (typed, trial) in zip(branches, attempts, strict=True):
            if not trial.failed and self._validator.evolve(schema=branch).is_valid(typed):
                return typed
        meant = best_branch(self._root, branches, data, _kinds_of(data))
        if meant < 0:
            return data
        typed, trial = attempts[meant]
        self.failed |= trial.failed
        self.found.include(trial.found)
        return typed

    def _attempt(self, branch: Any, data: Any, path: Path) -> tuple[Any, _Coercion]:
        trial = _Coercion(self._root, self._validator, Problems())
        return trial.value(branch, data, path), trial

    def _word(self, text: str, kinds: frozenset[str], path: Path) -> Typed:
        wanted = kinds & TEXT_KINDS
        if not wanted:
            return text
        typed = word_for(text, wanted)
        if typed is not None:
            return typed
        self.failed.add(path)
        self._refuse(text, wanted, path)
        return text

    def _refuse(self, text: str, wanted: frozenset[str], path: Path) -> None:
        if wanted == {"boolean"}:
            self.found.add(
                "D001", path, f"{text!r} is not true or false", hint="Write true or false."
            )
        elif wanted == {"integer"}:
            self.found.add(
                "D002", path, f"{text!r} is not a whole number", hint="Write digits, such as 12."
            )
        else:
            choices = "true, false or a number" if "boolean" in wanted else "a number"
            self.found.add(
                "D003", path, f"{text!r} is not {choices}", hint="Write it plainly, such as 0.5."
            )

    def _fail_empty(self, path: Path) -> None:
        self.failed.add(path)
        self.found.add("D005", path, "the value is missing", hint="Write one, or remove the key.")


def _kinds_of(data: Data) -> frozenset[str]:
    if data is None:
        return frozenset({"null"})
    if isinstance(data, str):
        return TEXT_KINDS
    return frozenset({"object" if isinstance(data, dict) else "array"})
