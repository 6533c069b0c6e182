"""A link to a page or an address of another allowed scheme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import TEXT, Type
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank, line
from engines.kinds import Kind
from engines.values import Value

LONGEST = 2_000
SCHEMES = ("https", "http", "ftp", "sftp", "mailto", "tel", "sip", "geo")  # none runs a script

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,15}):(.+)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(
    r"//(?:[^\s/?#@]*@)?(?:\[[0-9a-f:.]+\]|[^\s/?#@:\\<>\"]+)(?::[0-9]{1,5})?(?:[/?#].*)?"
)
_SPACE = re.compile(r"[\s<>\"\\]")
_WITHOUT_HOST = frozenset({"mailto", "tel", "sip", "geo"})


@dataclass(frozen=True, slots=True)
class UrlOptions:
    """The schemes a link may have."""

    schemes: tuple[str, ...]


class UrlType(FieldType[UrlOptions]):
    """An absolute address, stored as given."""

    name = "url"
    group = "text"
    icon = "link"
    label = names(en="Web address", zh="网址", es="Dirección web", ar="عنوان ويب")
    widget = "text"
    schema: ClassVar[Mapping[str, Any]] = {
        "schemes": {
            "type": "array",
            "items": {"enum": list(SCHEMES)},
            "minItems": 1,
            "uniqueItems": True,
            "title": "Schemes",
            "description": "Allowed beginnings of the address; https and http when absent",
        },
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "url"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> UrlOptions:
        return UrlOptions(tuple(data.get("schemes") or ("https", "http")))

    def kind(self, options: UrlOptions) -> Kind:
        return kinds.LONG_TEXT

    def value_type(self, options: UrlOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: UrlOptions, reading: Reading) -> Value:
        if is_blank(raw):
            return None
        text = line(raw).strip()
        if len(text) > LONGEST:
            raise Refused("too_long", max=LONGEST)
        parts = _ADDRESS.fullmatch(text)
        if parts is None or _SPACE.search(text):
            raise Refused("not_a_url")
        scheme = parts[1].lower()
        # Whatever the field allows, an address that could run a script is never taken.
        if scheme not in SCHEMES:
            raise Refused("wrong_scheme", schemes=", ".join(options.schemes))
        if scheme not in _WITHOUT_HOST and not _HOST.fullmatch(parts[2]):
            raise Refused("not_a_url")
        return text

    def check(self, value: Value, options: UrlOptions) -> Iterable[Refused]:
        if value is not None and value.partition(":")[0].lower() not in options.schemes:
            yield Refused("wrong_scheme", schemes=", ".join(options.schemes))

    def write(self, value: Value, options: UrlOptions, display: Display) -> str:
        return value or ""

    def widget_data(self, options: UrlOptions, locale: str) -> dict[str, Any]:
        return {"input_type": "url", "max_length": LONGEST, "direction": "ltr"}


TYPE = UrlType()
