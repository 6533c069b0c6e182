"""Reading a JSON Schema: its references, the kinds of value it takes, the branch that is meant.

Understands Draft 2020-12 with local `$ref`s (branches of one anyOf should not share a key that
leads back to it: each level would double the work) and three keywords of ours:
`x-discriminator: type` with `x-variants: {rating: schema}` validates a map by the variant its
`type` names (an unknown name is left to the engines); `x-hint` is the sentence that says what to
write where a value does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from engines.diagnostics import did_you_mean
from engines.errors import BugError

Schema = Mapping[str, Any]
# What a text becomes once a schema has typed it.
Typed = dict[str, "Typed"] | list["Typed"] | str | bool | int | Decimal | None

ALL_KINDS = frozenset({"object", "array", "string", "boolean", "integer", "number", "null"})
TEXT_KINDS = ALL_KINDS - {"object", "array", "null"}

# In this order: a bool is an int.
_KIND_BY_TYPE = (
    (type(None), "null"),
    (bool, "boolean"),
    (int, "integer"),
    ((float, Decimal), "number"),
    (str, "string"),
    (list, "array"),
)
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,29})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?", re.ASCII)


def resolve(root: Schema, reference: str) -> Schema:
    """The schema that a local `$ref` names."""
    if not reference.startswith("#/"):
        raise BugError(f"the schema refers to {reference!r}, which is not in it")
    found: Any = root
    for step in reference[2:].split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found  # type: ignore[no-any-return]


def kinds_taken(root: Schema, schema: Any) -> frozenset[str]:
    """The JSON types a schema may accept."""
    if not isinstance(schema, Mapping):
        return ALL_KINDS if schema else frozenset()
    kinds = _own_kinds(schema)
    if "$ref" in schema:
        kinds &= kinds_taken(root, resolve(root, schema["$ref"]))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            kinds &= frozenset().union(*(kinds_taken(root, one) for one in schema[keyword]))
    for one in schema.get("allOf", ()):
        kinds &= kinds_taken(root, one)
    return kinds


def word_for(text: str, kinds: frozenset[str]) -> str | bool | int | Decimal | None:
    """`text` as the narrowest of `kinds` it can be; None when it can be none of them.

    Where text itself is allowed it stays text: an expression may well be `true`.
    """
    if "string" in kinds:
        return text
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if kinds & {"integer", "number"} and _WHOLE.fullmatch(text):
        return int(text)
    if "number" in kinds and _NUMBER.fullmatch(text):
        return Decimal(text)
    return None


def all_properties(root: Schema, schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas of the keys that `schema` knows for this map, through `$ref` and variants."""
    known: dict[str, Any] = {}
    for part in parts_of(root, schema, data):
        known.update(part.get("properties", {}))
    return known


def parts_of(root: Schema, schema: Schema, data: Any) -> Iterator[Schema]:
    """`schema` and all that applies together with it, but for the branches of anyOf and oneOf."""
    yield schema
    if "$ref" in schema:
        yield from parts_of(root, resolve(root, schema["$ref"]), data)
    for one in schema.get("allOf", ()):
        yield from parts_of(root, one, data)
    variant = variant_of(schema, data)
    if variant is not None:
        yield from parts_of(root, variant, data)


def variant_of(schema: Schema, data: Any) -> Schema | None:
    """The variant that the map's discriminator names, or None when it names none."""
    if "x-variants" not in schema or not isinstance(data, Mapping):
        return None
    name = data.get(schema["x-discriminator"])
    return schema["x-variants"].get(name) if isinstance(name, str) else None


def best_branch(root: Schema, branches: Sequence[Any], data: Any, kinds: frozenset[str]) -> int:
    """The branch most probably meant by data of one of `kinds`, or -1 when none takes them."""
    fitting = [
        (_likeness(root, branch, data), -index)
        for index, branch in enumerate(branches)
        if kinds & kinds_taken(root, branch)
    ]
    return -max(fitting)[1] if fitting else -1


def validator_for(root: Schema) -> Any:
    """A Draft 2020-12 validator that knows our keywords."""
    return _VALIDATOR(dict(root))


def _own_kinds(schema: Schema) -> frozenset[str]:
    declared = schema.get("type")
    if declared is not None:
        return frozenset([declared] if isinstance(declared, str) else declared)
    if "enum" in schema:
        return frozenset(map(_kind_of, schema["enum"]))
    if "const" in schema:
        return frozenset([_kind_of(schema["const"])])
    return ALL_KINDS


def _kind_of(value: Any) -> str:
    return next((kind for type_, kind in _KIND_BY_TYPE if isinstance(value, type_)), "object")


def _likeness(root: Schema, branch: Any, data: Any) -> int:
    """How many keys of a map the branch knows or nearly knows."""
    if not isinstance(branch, Mapping) or not isinstance(data, Mapping):
        return 0
    known = all_properties(root, branch, data)
    near = [key for key in data if key not in known and did_you_mean(key, known)]
    return 2 * len(known.keys() & data.keys()) + len(near)


def _variants(
    validator: Any, variants: Schema, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    variant = variant_of(schema, instance)
    if variant is not None:
        name = instance[schema["x-discriminator"]]
        yield from validator.descend(instance, variants[name], schema_path=name)


_VALIDATOR: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"x-variants": _variants}
)
