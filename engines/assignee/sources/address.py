"""A plain mail address; it can be written to but can hold no task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.sourcetype import Place, Source, SourceType
from engines.expression.compile import Expression
from engines.expression.types import TEXT
from engines.messages import Recipient, ToAddress
from engines.values import Facts, LocaleText


@dataclass(frozen=True, slots=True)
class AddressSource(Source):
    """Whatever address `address` comes out as."""

    address: Expression

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expression reads."""
        return self.address.paths

    @property
    def can_be_empty(self) -> bool:
        """An expression may always come out as null."""
        return True

    def recipient(self, facts: Facts) -> Recipient | None:
        """The address, or None for null and empty text."""
        address = self.address.evaluate(facts)
        return ToAddress(str(address)) if address else None


class AddressType(SourceType):
    """`{address: record.buyer.email}`."""

    name = "address"
    label = LocaleText(
        (("en", "A mail address"), ("zh", "邮件地址"), ("es", "Dirección de correo"),
         ("ar", "عنوان بريد"))
    )  # fmt: skip
    value_schema = {
        "type": "string",
        "description": "An expression that gives a mail address.",
        "x-expression": "text",
    }
    example = {"address": "record.email"}
    is_person = False

    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """Compile the expression; it must come out as text."""
        path = place.below(self.name)
        address = place.context.expression(data[self.name], path, place.form, expect=TEXT)
        return AddressSource(address) if address is not None else None


TYPE = AddressType()
