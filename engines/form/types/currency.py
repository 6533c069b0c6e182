"""An amount of money with its currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import MONEY, Type
from engines.form import limits
from engines.form.amounts import CURRENCIES, currency_decimals, fit, largest, plain, to_scale
from engines.form.choices import suggest
from engines.form.display import Display, names, number_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused, shown
from engines.form.reading import Reading, is_blank, number
from engines.kinds import Kind
from engines.values import Value

FALLBACK = "EUR"  # where neither the field nor the app names a currency


@dataclass(frozen=True, slots=True)
class CurrencyOptions:
    """The currencies to choose from, the usual one first, and limits of the amount."""

    currencies: tuple[str, ...]
    scale: int
    min: Decimal
    max: Decimal


class CurrencyType(FieldType[CurrencyOptions]):
    """Money is never a bare number: its currency is stored with it."""

    name = "currency"
    group = "number"
    icon = "money"
    label = names(en="Money", zh="金额", es="Importe", ar="مبلغ")
    widget = "currency"
    parts = ("amount", "currency")
    schema: ClassVar[Mapping[str, Any]] = {
        "currency": limits.text_option("Currency", "Three letters; the app's when absent"),
        "currencies": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "uniqueItems": True,
            "title": "Currencies",
            "description": "Currencies to choose from; only `currency` when absent",
        },
        "scale": limits.count("Decimals", "Digits kept; the currency's when absent", most=6),
        "min": {"type": "number", "title": "Minimum", "description": "Smallest amount taken"},
        "max": {"type": "number", "title": "Maximum", "description": "Largest amount taken"},
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "currency", "currency": "CNY", "min": 0}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> CurrencyOptions:
        usual = str(data.get("currency") or place.currency or FALLBACK)
        offered = dict.fromkeys([usual, *[str(one) for one in data.get("currencies") or ()]])
        for currency in offered:
            if currency not in CURRENCIES:
                where = "currency" if currency == data.get("currency") else "currencies"
                hint = suggest(currency.upper(), sorted(CURRENCIES))
                place.add("F034", where, f"unknown currency {currency!r}", hint=hint)
        usual_scale = max(currency_decimals(currency) for currency in offered)
        scale = usual_scale if data.get("scale") is None else int(data["scale"])
        low = limits.limit_of(data, "min", place, lambda raw: Decimal(number(raw)))
        high = limits.limit_of(data, "max", place, lambda raw: Decimal(number(raw)))
        limits.check_order(low, high, place)
        most = largest(scale)
        return CurrencyOptions(
            tuple(offered), scale, -most if low is None else low, most if high is None else high
        )

    def kind(self, options: CurrencyOptions) -> Kind:
        return kinds.money(options.scale)

    def value_type(self, options: CurrencyOptions, known: KnownForms) -> Type:
        return MONEY

    def read(self, raw: object, options: CurrencyOptions, reading: Reading) -> Value:
        """From `{"amount": "9.90", "currency": "CNY"}`, `9.90` or `9.90 CNY`."""
        amount, currency = _parts(raw)
        if is_blank(amount):
            return None
        code = currency or options.currencies[0]
        if code not in CURRENCIES:
            raise Refused("unknown_currency", currency=shown(code))
        return {"amount": fit(number(amount), options.scale), "currency": code}

    def check(self, value: Value, options: CurrencyOptions) -> Iterable[Refused]:
        if value is None:
            return
        if value["currency"] not in options.currencies:
            yield Refused("unknown_currency", currency=shown(value["currency"]))
        decimals = min(options.scale, currency_decimals(value["currency"]))
        if to_scale(value["amount"], decimals) != value["amount"]:
            yield Refused("too_many_decimals", scale=decimals)
        yield from limits.within(
            value["amount"], options.min, options.max, ("too_small", "too_large"), plain
        )

    def write(self, value: Value, options: CurrencyOptions, display: Display) -> str:
        if value is None:
            return ""
        decimals = min(options.scale, currency_decimals(value["currency"]))
        return f"{number_text(value['amount'], display.locale, decimals)} {value['currency']}"

    def input_value(self, value: Value, options: CurrencyOptions, display: Display) -> Any:
        if value is None:
            return {"amount": "", "currency": options.currencies[0]}
        decimals = min(options.scale, currency_decimals(value["currency"]))
        amount = to_scale(value["amount"], decimals)
        return {"amount": plain(amount), "currency": value["currency"]}

    def widget_data(self, options: CurrencyOptions, locale: str) -> dict[str, Any]:
        most = largest(options.scale)
        return {
            "currencies": list(options.currencies),
            "min": plain(options.min) if options.min > -most else None,
            "max": plain(options.max) if options.max < most else None,
            "step": plain(Decimal(1).scaleb(-options.scale)),
            "direction": "ltr",
        }

    def to_json(self, value: Value, options: CurrencyOptions) -> Any:
        if value is None:
            return None
        return {"amount": plain(value["amount"]), "currency": value["currency"]}

    def to_cell(self, value: Value, options: CurrencyOptions) -> Any:
        return None if value is None else f"{plain(value['amount'])} {value['currency']}"


def _parts(raw: object) -> tuple[object, str]:
    if isinstance(raw, Mapping):
        if not raw.keys() <= {"amount", "currency"}:
            raise Refused("not_money")
        currency = raw.get("currency") or ""
        if not isinstance(currency, str):
            raise Refused("not_money")
        return raw.get("amount"), currency.strip()
    if isinstance(raw, str):
        amount, _, currency = raw.strip().partition(" ")
        return amount, currency.strip()
    if isinstance(raw, list):
        raise Refused("not_money")
    return raw, ""


TYPE = CurrencyType()
