"""The tokens keep their promises: AA contrast in light and dark, charts for colour-blind eyes."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[3] / "runtime/ui/tokens.css"
AA_TEXT, AA_SHAPE = 4.5, 3.0
# How far two chart colours must stay apart in OKLab as a colour-blind eye sees them; a step of
# about 0.02 is just seen when two patches touch.
APART = 0.09
SCHEMES = ["light", "dark"]
TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "text-muted", "text-faint", "accent-text")
      for ground in ("surface", "surface-sunken", "surface-raised", "surface-hover")],
    ("text", "surface-selected"), ("text-muted", "surface-pressed"), ("text", "surface-pressed"),
    ("accent-text", "accent-soft"), ("on-accent", "accent"), ("on-accent", "accent-hover"),
    ("on-accent", "accent-pressed"), ("on-danger", "danger"),
    *[(f"{status}-text", ground) for status in ("info", "success", "warning", "danger")
      for ground in (f"{status}-soft", "surface", "surface-raised")],
]  # fmt: skip
SHAPE_PAIRS = [
    *[(f"chart-{number}", ground) for number in range(1, 9)
      for ground in ("surface", "surface-raised")],
    *[(line, ground) for line in ("line-control", "focus")
      for ground in ("surface", "surface-raised", "surface-sunken")],
    *[(status, "surface") for status in ("info", "success", "warning", "danger")],
]  # fmt: skip
# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998)),
    "green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
              (-0.011820, 0.042940, 0.968881)),
    "blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
             (0.004733, 0.691367, 0.303900)),
}  # fmt: skip

Linear = tuple[float, float, float]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(text: str, ground: str, scheme: str) -> None:
    ratio = contrast(colour(text, scheme), colour(ground, scheme))

    assert ratio >= AA_TEXT, f"{ratio:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_a_shape_with_meaning_stands_out(shape: str, ground: str, scheme: str) -> None:
    ratio = contrast(colour(shape, scheme), colour(ground, scheme))

    assert ratio >= AA_SHAPE, f"{ratio:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", sorted(BLINDNESS))
def test_chart_colours_stay_apart_for_a_colour_blind_eye(eye: str, scheme: str) -> None:
    seen = {n: oklab(as_seen(colour(f"chart-{n}", scheme), eye)) for n in range(1, 9)}

    distances = {(a, b): distance(seen[a], seen[b]) for a, b in combinations(seen, 2)}

    assert {pair: round(d, 3) for pair, d in distances.items() if d < APART} == {}


def colour(name: str, scheme: str) -> Linear:
    value = _declared()[name]
    if value.startswith("light-dark("):
        value = (
            value.removeprefix("light-dark(").removesuffix(")").split(", ")[SCHEMES.index(scheme)]
        )
    if value.startswith("var(--"):
        return colour(value.removeprefix("var(--").removesuffix(")"), scheme)
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def contrast(one: Linear, other: Linear) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def as_seen(seen: Linear, eye: str) -> Linear:
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, seen, strict=True))))
        for row in BLINDNESS[eye]
    )
    return red, green, blue


def oklab(linear: Linear) -> Linear:
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def distance(one: Linear, other: Linear) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


def _declared() -> dict[str, str]:
    found = re.findall(r"--([\w-]+): ([^;]+);", TOKENS.read_text(encoding="utf-8"))
    return dict(reversed(found))  # the first of a name is the one for everybody


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(linear: Linear) -> float:
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
