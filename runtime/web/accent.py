"""An app's accent colour in the shades a page needs, dark or light enough to be read (AA)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_READABLE = 4.5
_WHITE = (255, 255, 255)
# The surfaces of tokens.css on which text is hardest to read: pressed, in light and in dark.
_LIGHT_PAGE = (0xED, 0xEE, 0xF1)
_DARK_PAGE = (0x2D, 0x30, 0x39)

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Accent:
    """The shades, as CSS colours."""

    fill: str
    hover: str
    pressed: str
    text_light: str
    text_dark: str
    on: str


@lru_cache(maxsize=256)
def accent(color: str) -> Accent | None:
    """The shades of `#2f6fde`; None for what is no colour, so that the product's own stays."""
    if not _HEX.fullmatch(color):
        return None
    rgb = (int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))
    fill = _until_readable(rgb, _WHITE, toward=(0, 0, 0))
    return Accent(
        fill=_css(fill),
        hover=_css(_mixed(fill, (0, 0, 0), 0.14)),
        pressed=_css(_mixed(fill, (0, 0, 0), 0.28)),
        text_light=_css(_until_readable(rgb, _LIGHT_PAGE, toward=(0, 0, 0))),
        text_dark=_css(_until_readable(rgb, _DARK_PAGE, toward=_WHITE)),
        on="#ffffff",
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _until_readable(color: Rgb, page: Rgb, *, toward: Rgb) -> Rgb:
    shades = (_mixed(color, toward, step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, page) >= _READABLE)


def _mixed(color: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (
        round(mine + (theirs - mine) * share) for mine, theirs in zip(color, other, strict=True)
    )
    return (red, green, blue)


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _css(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
