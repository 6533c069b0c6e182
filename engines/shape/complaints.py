"""Each way in which data can miss its schema, as one sentence with a code, the value and a hint.

jsonschema finds the errors; of a choice of branches only the one meant by the author speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engines.diagnostics import Path, Problems, did_you_mean, one_of
from engines.shape.schema import TEXT_KINDS, Schema, all_properties, best_branch, kinds_taken

# jsonschema's ValidationError; its stubs say of every attribute that it may be unset.
Error = Any

ID_PATTERN = "^[a-z][a-z0-9_]{0,47}$"

_KIND_WORDS = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
}


class Complaints:
    """Words jsonschema's errors; keeps silent about paths that were refused already."""

    def __init__(self, root: Schema, problems: Problems, refused: frozenset[Path]) -> None:
        self._root = root
        self._problems = problems
        self._refused = refused
        self._wordings: dict[str, Callable[[Error, Path], None]] = {
            "type": self._type,
            "enum": self._enum,
            "const": self._const,
            "pattern": self._pattern,
            "additionalProperties": self._unknown_keys,
            "required": self._missing_key,
            "minimum": self._too_small,
            "exclusiveMinimum": self._too_small,
            "maximum": self._too_large,
            "exclusiveMaximum": self._too_large,
            "minLength": self._length,
            "maxLength": self._length,
            "minItems": self._count,
            "maxItems": self._count,
            "minProperties": self._count,
            "maxProperties": self._count,
            "uniqueItems": self._repeated,
            "anyOf": self._branches,
            "oneOf": self._branches,
        }

    def report(self, errors: Iterable[Error]) -> None:
        """Add one problem for each error that nobody has spoken of yet."""
        for error in errors:
            path: Path = tuple(error.absolute_path)
            if any(path[:length] in self._refused for length in range(len(path) + 1)):
                continue
            self._wordings.get(str(error.validator), self._other)(error, path)

    def _type(self, error: Error, path: Path) -> None:
        wanted = error.validator_value
        kinds = [wanted] if isinstance(wanted, str) else list(wanted)
        words = " or ".join(_KIND_WORDS[kind] for kind in kinds)
        hint = _hint(error) or f"Write {words}."
        self._problems.add("D004", path, f"{_shown(error.instance)} is not {words}", hint=hint)

    def _enum(self, error: Error, path: Path) -> None:
        choices = [_plain(choice) for choice in error.validator_value]
        hint = _hint(error) or did_you_mean(_plain(error.instance), choices) or one_of(choices)
        self._problems.add(
            "D006", path, f"{_shown(error.instance)} is not one of the choices", hint=hint
        )

    def _const(self, error: Error, path: Path) -> None:
        hint = _hint(error) or f"Write {_plain(error.validator_value)}."
        self._problems.add("D007", path, f"{_shown(error.instance)} cannot stand here", hint=hint)

    def _pattern(self, error: Error, path: Path) -> None:
        if error.validator_value == ID_PATTERN or "propertyNames" in error.absolute_schema_path:
            self._bad_id(error, path)
            return
        hint = _hint(error) or f"It must match {error.validator_value}."
        self._problems.add(
            "D008", path, f"{_shown(error.instance)} is not written as it must be", hint=hint
        )

    def _bad_id(self, error: Error, path: Path) -> None:
        is_key = "propertyNames" in error.absolute_schema_path
        at = (*path, error.instance) if is_key else path
        hint = _hint(error) or (
            f"Write {_as_id(error.instance)!r}: a letter first, then a-z, 0-9 and _, at most 48."
        )
        self._problems.add("D009", at, f"{_shown(error.instance)} cannot be an id", hint=hint)

    def _unknown_keys(self, error: Error, path: Path) -> None:
        patterns = error.schema.get("patternProperties", {})
        local = error.schema.get("properties", {})
        known = {**all_properties(self._root, error.schema, error.instance), **local}
        free = [name for name in known if name not in error.instance]
        for key in error.instance:
            if key in local or any(re.search(pattern, key) for pattern in patterns):
                continue
            hint = did_you_mean(key, known) or (one_of(free) if free else "Remove it.")
            self._problems.add("D010", (*path, key), f"unknown key {key!r}", hint=hint)

    def _missing_key(self, error: Error, path: Path) -> None:
        # jsonschema raises one error for each missing key and names it only in its sentence.
        missing = [key for key in error.validator_value if error.message.startswith(repr(key))]
        known = all_properties(self._root, error.schema, error.instance)
        strange = [key for key in error.instance if key not in known]
        for key in missing:
            if did_you_mean(key, strange):
                continue  # the misspelt key is reported as unknown
            self._problems.add(
                "D011", path, f"the key {key!r} is missing", hint=f"Add '{key}: …'."
            )

    def _too_small(self, error: Error, path: Path) -> None:
        least = _plain(error.validator_value)
        word = "at least" if error.validator == "minimum" else "more than"
        self._problems.add(
            "D012", path, f"{_shown(error.instance)} is too small", hint=f"Write {word} {least}."
        )

    def _too_large(self, error: Error, path: Path) -> None:
        most = _plain(error.validator_value)
        word = "at most" if error.validator == "maximum" else "less than"
        self._problems.add(
            "D013", path, f"{_shown(error.instance)} is too large", hint=f"Write {word} {most}."
        )

    def _length(self, error: Error, path: Path) -> None:
        if not error.instance:
            self._problems.add("D014", path, "the text is empty", hint="Write something.")
            return
        limit = error.validator_value
        is_short = error.validator == "minLength"
        self._problems.add(
            "D014",
            path,
            f"the text {_shown(error.instance)} is too {'short' if is_short else 'long'}",
            hint=f"Write {'at least' if is_short else 'at most'} {limit} letters.",
        )

    def _count(self, error: Error, path: Path) -> None:
        noun = "items" if isinstance(error.instance, list) else "keys"
        word = "at least" if str(error.validator).startswith("min") else "at most"
        hint = _hint(error) or f"Write {word} {error.validator_value}."
        self._problems.add("D015", path, f"it has {len(error.instance)} {noun}", hint=hint)

    def _repeated(self, error: Error, path: Path) -> None:
        items = error.instance
        twice = next(one for index, one in enumerate(items) if one in items[:index])
        self._problems.add(
            "D016", path, f"{_shown(twice)} stands in the list twice", hint="Remove one."
        )

    def _branches(self, error: Error, path: Path) -> None:
        """Let the branch speak that the author most probably meant."""
        branches = error.validator_value
        meant = best_branch(self._root, branches, error.instance, _kinds(error.instance))
        inner = [one for one in error.context or () if one.schema_path[0] == meant]
        if meant >= 0 and inner and not _hint(error):
            self.report(inner)
            return
        kinds = kinds_taken(self._root, {"anyOf": branches})
        words = [word for kind, word in _KIND_WORDS.items() if kind in kinds]
        hint = _hint(error) or f"Write {' or '.join(words)}."
        self._problems.add("D017", path, f"{_shown(error.instance)} does not fit here", hint=hint)

    def _other(self, error: Error, path: Path) -> None:
        hint = _hint(error) or "Remove it, or compare it with a neighbour of the same kind."
        self._problems.add(
            "D018", path, f"{_shown(error.instance)} is not allowed here", hint=hint
        )


def _hint(error: Error) -> str:
    schema = error.schema
    return str(schema.get("x-hint", "")) if isinstance(schema, Mapping) else ""


def _kinds(data: Any) -> frozenset[str]:
    if isinstance(data, dict):
        return frozenset({"object"})
    if isinstance(data, list):
        return frozenset({"array"})
    return frozenset({"null"}) if data is None else TEXT_KINDS


def _shown(value: Any) -> str:
    """The value as the author wrote it, cut when long."""
    if isinstance(value, dict):
        keys = ", ".join(list(value)[:3])
        return f"the map {{{keys}{', …' if len(value) > 3 else ''}}}" if value else "an empty map"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    text = _plain(value)
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _as_id(text: str) -> str:
    """`Order No. 3` -> `order_no_3`; `id` when nothing of it can stay."""
    folded = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    led = folded if folded[:1].isalpha() else f"n{folded}" if folded else "id"
    return led[:48].rstrip("_")
