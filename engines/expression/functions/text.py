"""Functions on texts. Searching and equals_ignore_case ignore case and width; `==` does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engines.expression.folding import fold
from engines.expression.functions.printing import print_value
from engines.expression.limits import list_in_range, number_in_range, text_in_range
from engines.expression.patterns import Pattern, compile_pattern
from engines.expression.signature import (
    A_NUMBER,
    A_TEXT,
    PRINTABLE,
    SIZED,
    TEXT_OR_NUMBER,
    TEXTS,
    Function,
    OnNull,
)
from engines.expression.types import BOOLEAN, NUMBER, TEXT, ListOf, Type
from engines.values import Value

_TWO: Final = (("text", A_TEXT), ("part", A_TEXT))


def contains(text: str, part: str) -> bool:
    """Whether `part` occurs in `text`, whatever the case and width."""
    return fold(part) in fold(text)


def starts_with(text: str, part: str) -> bool:
    """Whether `text` begins with `part`, whatever the case and width."""
    return fold(text).startswith(fold(part))


def ends_with(text: str, part: str) -> bool:
    """Whether `text` ends with `part`, whatever the case and width."""
    return fold(text).endswith(fold(part))


def equals_ignore_case(left: str, right: str) -> bool:
    """Whether both texts are the same, whatever the case and width."""
    return fold(left) == fold(right)


def lower(text: str) -> str:
    """`text` in small letters."""
    return _grown(text, text.lower())


def upper(text: str) -> str:
    """`text` in capital letters."""
    return _grown(text, text.upper())


def trim(text: str) -> str:
    """`text` without the white space at both ends."""
    return text.strip(" \t\r\n\f\v\u00a0\u3000")


def length(value: str | list[Value]) -> int:
    """The number of characters, or of elements."""
    return len(value)


def replace(text: str, part: str, by: str) -> str:
    """`text` with every `part` replaced; an empty part changes nothing."""
    if not part:
        return text
    text_in_range(len(text) + text.count(part) * max(0, len(by) - len(part)))
    return text.replace(part, by)


def concat(*parts: Value) -> str:
    """All parts in a row; null counts as nothing."""
    printed = [print_value(part) for part in parts if part is not None]
    text_in_range(sum(map(len, printed)))
    return "".join(printed)


def join(texts: list[str | None] | None, separator: str | None) -> str | None:
    """The texts that are not null, with `separator` between them."""
    if texts is None or separator is None:
        return None
    list_in_range(texts)
    present = [text for text in texts if text is not None]
    text_in_range(sum(map(len, present)) + len(separator) * len(present))
    return separator.join(present)


def split(text: str, separator: str) -> list[str]:
    """The parts of `text` between separators, trimmed; an empty separator splits nothing."""
    parts = text.split(separator) if separator else [text]
    list_in_range(parts)
    return [trim(part) for part in parts]


def left_part(text: str, count: int | Decimal) -> str:
    """The first `count` characters."""
    return text[: _count(count)]


def right_part(text: str, count: int | Decimal) -> str:
    """The last `count` characters."""
    wanted = _count(count)
    return text[-wanted:] if wanted else ""


def matches(pattern: Pattern, text: str, _pattern: str) -> bool:
    """Whether the whole text fits the pattern."""
    return pattern.matches(text)


def _grown(old: str, new: str) -> str:
    if len(new) > len(old):
        text_in_range(len(new))
    return new


def _count(count: int | Decimal) -> int:
    return int(min(max(0, number_in_range(count)), 1_000_000))


def _pattern(_types: tuple[Type, ...], literals: tuple[Value, ...]) -> Pattern:
    if not isinstance(literals[1], str):
        raise ValueError("the pattern of matches() is written out, not computed")  # noqa: TRY004
    return compile_pattern(literals[1])


FUNCTIONS: Final = (
    Function(
        "contains",
        _TWO,
        BOOLEAN,
        contains,
        "Whether the text holds the part; case and width do not count.",
        (
            ("contains('Order, please', 'order')", "true"),
            ("contains('退款申请', '退款')", "true"),
            ("contains(null, 'a')", "false"),
        ),
        OnNull.FALSE,
    ),
    Function(
        "starts_with",
        _TWO,
        BOOLEAN,
        starts_with,
        "Whether the text begins with the part; case and width do not count.",
        (("starts_with('INC0042', 'inc')", "true"), ("starts_with('a', 'ab')", "false")),
        OnNull.FALSE,
    ),
    Function(
        "ends_with",
        _TWO,
        BOOLEAN,
        ends_with,
        "Whether the text ends with the part; case and width do not count.",
        (("ends_with('report.PDF', '.pdf')", "true"), ("ends_with(null, '')", "false")),
        OnNull.FALSE,
    ),
    Function(
        "equals_ignore_case",
        (("text", A_TEXT), ("other", A_TEXT)),
        BOOLEAN,
        equals_ignore_case,
        "Whether both texts are the same; case and width do not count.",
        (
            ("equals_ignore_case('ＶＩＰ', 'vip')", "true"),
            ("equals_ignore_case('a', 'b')", "false"),
        ),
        OnNull.FALSE,
    ),
    Function(
        "lower",
        (("text", A_TEXT),),
        TEXT,
        lower,
        "The text in small letters.",
        (("lower('VIP')", "'vip'"), ("lower('Ä')", "'ä'")),
    ),
    Function(
        "upper",
        (("text", A_TEXT),),
        TEXT,
        upper,
        "The text in capital letters.",
        (("upper('vip')", "'VIP'"), ("upper('straße')", "'STRASSE'")),
    ),
    Function(
        "trim",
        (("text", A_TEXT),),
        TEXT,
        trim,
        "The text without white space at both ends.",
        (("trim('  a b ')", "'a b'"),),
    ),
    Function(
        "len",
        (("value", SIZED),),
        NUMBER,
        length,
        "How many characters a text has, or elements a list.",
        (("len('退款')", "2"), ("len([1, 2, 3])", "3"), ("len(null)", "null")),
    ),
    Function(
        "replace",
        (("text", A_TEXT), ("part", A_TEXT), ("by", A_TEXT)),
        TEXT,
        replace,
        "The text with every exact occurrence of the part replaced.",
        (("replace('a-b-c', '-', '/')", "'a/b/c'"), ("replace('abc', '', 'x')", "'abc'")),
    ),
    Function(
        "concat",
        (("part", TEXT_OR_NUMBER),),
        TEXT,
        concat,
        "All parts in a row; null counts as nothing.",
        (("concat('T', 42)", "'T42'"), ("concat('a', null, 'b')", "'ab'")),
        OnNull.SEES,
        repeats=True,
    ),
    Function(
        "join",
        (("texts", TEXTS), ("separator", A_TEXT)),
        TEXT,
        join,
        "The texts of a list with a separator between them.",
        (("join(['a', 'b'], ', ')", "'a, b'"), ("join([], '-')", "''")),
        OnNull.SEES,
    ),
    Function(
        "split",
        (("text", A_TEXT), ("separator", A_TEXT)),
        ListOf(TEXT),
        split,
        "The trimmed parts of a text between separators.",
        (("split('a, b', ',')", "['a', 'b']"), ("split('a', '')", "['a']")),
    ),
    Function(
        "left",
        (("text", A_TEXT), ("count", A_NUMBER)),
        TEXT,
        left_part,
        "The first characters of a text.",
        (("left('INC0042', 3)", "'INC'"), ("left('ab', 9)", "'ab'")),
    ),
    Function(
        "right",
        (("text", A_TEXT), ("count", A_NUMBER)),
        TEXT,
        right_part,
        "The last characters of a text.",
        (("right('INC0042', 4)", "'0042'"), ("right('ab', 0)", "''")),
    ),
    Function(
        "text",
        (("value", PRINTABLE),),
        TEXT,
        print_value,
        "A number, truth value, date or instant as text.",
        (
            ("text(1.50)", "'1.5'"),
            ("text(date('2026-03-01'))", "'2026-03-01'"),
            ("text(true)", "'true'"),
        ),
    ),
    Function(
        "matches",
        (("text", A_TEXT), ("pattern", A_TEXT)),
        BOOLEAN,
        matches,
        "Whether the whole text fits a pattern (RE2: no look-around, no back-reference).",
        (("matches('INC0042', 'INC[0-9]+')", "true"), ("matches('x INC1', 'INC[0-9]+')", "false")),
        OnNull.FALSE,
        prepare=_pattern,
    ),
)
