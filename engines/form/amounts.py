"""Exact amounts: fitting a number to a scale, the currencies and their decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from types import MappingProxyType

from engines.form.problems import Refused

_DIGITS = 18  # a scaled amount must stay within a signed 64-bit integer

# Currencies in circulation, ISO 4217; those not named in _DECIMALS have two decimals.
_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

CURRENCIES = frozenset(_CODES.split())
_DECIMALS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(_WITHOUT_DECIMALS.split(), 0) | dict.fromkeys(_WITH_THREE_DECIMALS.split(), 3)
)


def currency_decimals(currency: str) -> int:
    """Digits after the point that amounts of a currency have."""
    return _DECIMALS.get(currency, 2)


def largest(scale: int) -> Decimal:
    """The largest amount a column of `scale` decimals keeps."""
    return Decimal(10**_DIGITS - 1).scaleb(-scale)


def fit(number: int | Decimal, scale: int) -> Decimal:
    """The number with exactly `scale` decimals; refused rather than rounded."""
    exact = Decimal(number)
    # Looked at before quantize, which cannot hold numbers of more than 28 digits.
    if exact and exact.adjusted() >= _DIGITS - scale:
        raise Refused("too_large", max=plain(largest(scale)))
    fitted = to_scale(exact, scale)
    if fitted != exact:
        raise Refused("too_many_decimals", scale=scale)
    return fitted


def to_scale(number: int | Decimal, scale: int) -> Decimal:
    """The number rounded to `scale` decimals, halves away from zero as `round` does."""
    return Decimal(number).quantize(_unit(scale), rounding=ROUND_HALF_UP)


@cache
def _unit(scale: int) -> Decimal:
    """The smallest number of so many decimals."""
    return Decimal(1).scaleb(-scale)


def plain(number: int | Decimal) -> str:
    """The number without exponent: `0.10`."""
    return format(Decimal(number), "f")
