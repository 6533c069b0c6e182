"""A mail address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email

from engines import kinds
from engines.expression.types import TEXT, Type
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, are_all, is_blank, line
from engines.kinds import Kind
from engines.values import Value

LONGEST = 254

# Addresses as nearly all are, of which only the domain needs a closer look. Capitals do: those of
# a few names, such as Postmaster, are made small.
_PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
_PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,180}")
_PLAIN = re.compile(r"(?:[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*+@[A-Za-z0-9.-]+\n)*+")
_LONGEST_PLAIN = 64


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """An address has no options of its own."""


class EmailType(FieldType[EmailOptions]):
    """One address; its domain is stored in lower case. Nobody is asked whether it exists."""

    name = "email"
    group = "text"
    icon = "mail"
    label = names(en="E-mail", zh="电子邮件", es="Correo electrónico", ar="بريد إلكتروني")
    widget = "text"
    schema: ClassVar[Mapping[str, Any]] = {}
    example: ClassVar[Mapping[str, Any]] = {"type": "email"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> EmailOptions:
        return EmailOptions()

    def kind(self, options: EmailOptions) -> Kind:
        return kinds.TEXT

    def value_type(self, options: EmailOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: EmailOptions, reading: Reading) -> Value:
        if is_blank(raw):
            return None
        text = line(raw).strip()
        if len(text) > LONGEST:
            raise Refused("too_long", max=LONGEST)
        local, _, domain = text.rpartition("@")
        if _PLAIN_LOCAL.fullmatch(local) and _PLAIN_DOMAIN.fullmatch(domain):
            return f"{local}@{_normal_domain(domain)}"
        return _normal(text)

    def read_plain(
        self, texts: Sequence[str], options: EmailOptions, reading: Reading
    ) -> list[Value] | None:
        if max(map(len, texts)) > _LONGEST_PLAIN or not are_all(_PLAIN, texts):
            return None
        try:
            domains = {text.rpartition("@")[2] for text in texts}
            are_normal = all(_normal_domain(one) == one for one in domains)
        except Refused:
            return None
        return list(texts) if are_normal else None

    def write(self, value: Value, options: EmailOptions, display: Display) -> str:
        return value or ""

    def widget_data(self, options: EmailOptions, locale: str) -> dict[str, Any]:
        return {"input_type": "email", "max_length": LONGEST, "direction": "ltr"}


@lru_cache(maxsize=4_096)
def _normal_domain(domain: str) -> str:
    """The domain as it is kept; looking at it takes most of an address's time."""
    return _normal(f"a@{domain}").removeprefix("a@")


def _normal(address: str) -> str:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused("not_an_email") from None
    return found.normalized


TYPE = EmailType()
