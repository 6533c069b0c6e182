"""From a written source (`{role: clerk, pick: least_busy, if_empty: block}`) to an `Assignee`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engines.action import FactPath
from engines.assignee.catalog import source_types
from engines.assignee.policies import POLICIES
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.diagnostics import one_of
from engines.messages import OrElse, Recipient, ToNobody
from engines.values import Facts, RoleId


@dataclass(frozen=True, slots=True)
class Assignee:
    """A source and what happens when it names nobody; `policy` is '' when none was chosen."""

    source: Source
    fallback: Source | None = None
    policy: str = ""

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts the source and its fallback read."""
        return self.source.paths | (self.fallback.paths if self.fallback else frozenset())

    @property
    def roles(self) -> frozenset[RoleId]:
        """Roles that somebody must hold."""
        return self.source.roles | (self.fallback.roles if self.fallback else frozenset())

    @property
    def is_group(self) -> bool:
        """Whether it may name several people at once."""
        return self.source.is_group or (self.fallback is not None and self.fallback.is_group)

    @property
    def is_everyone(self) -> bool:
        """Whether it may name several people who each get their own."""
        return self.source.is_everyone or (self.fallback is not None and self.fallback.is_everyone)

    @property
    def has_silent_gap(self) -> bool:
        """Whether it may name nobody and the author has not said what happens then."""
        last = self.fallback or self.source
        return last.can_be_empty and not self.policy and self.fallback is None

    def recipient(self, facts: Facts) -> Recipient:
        """Who it is; `ToNobody` with the policy when neither source names anybody."""
        found = self.source.recipient(facts)
        if self.fallback is None:
            return found or ToNobody(self.policy or "block")
        otherwise = self.fallback.recipient(facts) or ToNobody("block")
        if found is None:
            return otherwise
        return OrElse(found, otherwise) if self.source.is_settled_later else found


def parse_assignee(
    data: object, place: Place, *, is_person: bool = True, policies: Collection[str] = POLICIES
) -> Assignee | None:
    """The assignee written at `place`, or None when its problems were reported.

    `is_person` demands somebody who can hold a task; messages may also go to plain addresses.
    `policies` are those that `if_empty` may name here.
    """
    if not isinstance(data, Mapping):  # the schema has said so
        return None
    source = _source(data, place, is_person=is_person)
    written = data.get("if_empty")
    if source is None:
        return None
    if written is None:
        return Assignee(source)
    if isinstance(written, str):
        if written not in policies:
            place.context.problems.add(
                "A208",
                place.below("if_empty"),
                f"{written!r} is only for the signers of an approval",
                hint=one_of(policies),
            )
            return None
        return Assignee(source, policy=written)
    fallback = _source(written, replace(place, path=place.below("if_empty")), is_person=is_person)
    return Assignee(source, fallback) if fallback is not None else None


def _source(data: object, place: Place, *, is_person: bool) -> Source | None:
    if not isinstance(data, Mapping):  # the schema has said so
        return None
    kind = _chosen(data, place)
    if kind is None:
        return None
    if is_person and not kind.is_person:
        place.context.problems.add(
            "A204",
            place.below(kind.name),
            f"{kind.name!r} names no person, so it cannot be given work",
            hint=one_of(name for name, one in source_types().items() if one.is_person),
        )
        return None
    return kind.parse(data, place)


def _chosen(data: Mapping[str, Any], place: Place) -> SourceType | None:
    """The one kind of source that the keys choose; keys of other kinds are refused."""
    kinds = source_types()
    chosen = [kinds[key] for key in data if key in kinds]
    problems = place.context.problems
    if not chosen:
        if not problems.has_under(place.path):  # an unknown key has been reported by the schema
            problems.add("A201", place.path, "nothing says who", hint=one_of(kinds))
        return None
    if len(chosen) > 1:
        names = " and ".join(repr(kind.name) for kind in chosen)
        problems.add("A202", place.path, f"{names} both say who", hint="Keep one of them.")
        return None
    kind = chosen[0]
    stray = [key for key in data if key not in {kind.name, "if_empty", *kind.options}]
    for key in stray:
        problems.add(
            "A203",
            place.below(key),
            f"{key!r} means nothing beside {kind.name!r}",
            hint="Remove it.",
        )
    return None if stray else kind
