"""The SVG of a flow on a record: every box, which it stands at, the lines it has gone along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

from markupsafe import Markup

from runtime.access.flow_labels import ELSE
from runtime.access.shown import FlowLine, FlowStep, FlowView
from runtime.web.flow.layout import layered

BOX_WIDTH, BOX_HEIGHT = 168, 56
_COLUMN, _ROW = BOX_WIDTH + 112, BOX_HEIGHT + 36
_EDGE = 24
_PER_LABEL = 18  # letters of what is said at a line
_PER_LINE = 21  # letters of a title in a line of a box; Chinese ones count twice
_MOST_LINES = 2
_LOOP = 28  # how far from the boxes a way back runs
_TURN = 12  # the radius of its corners

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Places in pixels: `at` is each box's middle, `ways` the points of each line in between."""

    at: Mapping[str, Point]
    ways: Mapping[tuple[str, str], Sequence[Point]]
    width: float
    height: float


def picture(
    view: FlowView, locale: str, *, is_mirrored: bool, title: str, otherwise: str = ELSE
) -> Markup:
    """The flow from start to end, mirrored where reading goes from right to left."""
    drawing = _drawn(view, is_mirrored=is_mirrored)
    lines = Markup("").join(_line(one, drawing, is_mirrored=is_mirrored) for one in view.lines)
    said = Markup("").join(
        _label(one, drawing, otherwise, is_mirrored=is_mirrored)
        for one in view.lines
        if one.labels
    )
    boxes = Markup("").join(_box(one, drawing.at[one.node], locale) for one in view.steps)
    return Markup(
        '<svg class="flow" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-label="{title}"><defs>{tips}</defs>{lines}{boxes}{said}</svg>'
    ).format(
        w=round(drawing.width),
        h=round(drawing.height),
        title=title,
        tips=_TIPS,
        lines=lines,
        boxes=boxes,
        said=said,
    )


_TIPS = Markup("").join(
    Markup(
        '<marker id="flow-tip-{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="flow__tip flow__tip--{0}" d="M0 0L8 4L0 8z"/>'
        "</marker>"
    ).format(kind)
    for kind in ("ahead", "taken")
)


def _drawn(view: FlowView, *, is_mirrored: bool) -> _Drawing:
    """Where the author put the boxes, if all of them; else in layers."""
    placed = {str(one.node): one.place for one in view.steps if one.place is not None}
    if len(placed) == len(view.steps):
        return _as_placed(placed, is_mirrored=is_mirrored)
    grid = layered(
        view.start,
        [one.node for one in view.steps],
        [(one.source, one.target) for one in view.lines],
    )
    at = {node: _pixels(place) for node, place in grid.places.items()}
    ways = {line: [_pixels(stop) for stop in stops] for line, stops in grid.bends.items()}
    return _fitted(at, ways, is_mirrored=is_mirrored)


def _as_placed(placed: Mapping[str, tuple[int, int]], *, is_mirrored: bool) -> _Drawing:
    left = min(x for x, _ in placed.values())
    top = min(y for _, y in placed.values())
    at = {
        node: (x - left + _EDGE + BOX_WIDTH / 2, y - top + _EDGE + BOX_HEIGHT / 2)
        for node, (x, y) in placed.items()
    }
    return _fitted(at, {}, is_mirrored=is_mirrored)


def _pixels(place: tuple[int, float]) -> Point:
    column, row = place
    return column * _COLUMN + _EDGE + BOX_WIDTH / 2, row * _ROW + _EDGE + BOX_HEIGHT / 2


def _fitted(
    at: Mapping[str, Point],
    ways: Mapping[tuple[str, str], Sequence[Point]],
    *,
    is_mirrored: bool,
) -> _Drawing:
    points = [*at.values(), *(point for way in ways.values() for point in way)]
    width = max(x for x, _ in points) + BOX_WIDTH / 2 + _EDGE
    height = max(y for _, y in points) + BOX_HEIGHT / 2 + _EDGE + _LOOP
    if is_mirrored:
        at = {node: (width - x, y) for node, (x, y) in at.items()}
        ways = {line: [(width - x, y) for x, y in way] for line, way in ways.items()}
    return _Drawing(at, ways, width, height)


def _line(line: FlowLine, drawing: _Drawing, *, is_mirrored: bool) -> Markup:
    side = -1 if is_mirrored else 1
    (x1, y1), (x2, y2) = drawing.at[line.source], drawing.at[line.target]
    half = side * BOX_WIDTH / 2
    out, into = (x1 + half, y1), (x2 - half, y2)
    if (x2 - x1) * side > BOX_WIDTH / 2:
        path = _curve([out, *drawing.ways.get((line.source, line.target), ()), into])
    else:
        path = _round_below(out, into, drawing.height - _EDGE / 2, side)
    kind = "taken" if line.times else "ahead"
    return Markup(
        '<path class="flow__line flow__line--{0}" d="{1}" marker-end="url(#flow-tip-{0})"/>'
    ).format(kind, path)


def _label(line: FlowLine, drawing: _Drawing, otherwise: str, *, is_mirrored: bool) -> Markup:
    """What leads along a line, near where it begins; cut short, with the whole on hover."""
    side = -1 if is_mirrored else 1
    (x1, y1), (x2, y2) = drawing.at[line.source], drawing.at[line.target]
    if (x2 - x1) * side > BOX_WIDTH / 2:
        passed = drawing.ways.get((line.source, line.target), ())
        # halfway to the next box, or to where the line passes a column of boxes
        next_x, next_y = passed[0] if passed else (x2, y2)
        x, y = (x1 + next_x) / 2, (y1 + next_y) / 2
    else:
        x, y = x1 + side * (BOX_WIDTH / 2 - 12), drawing.height - _EDGE / 2 - 8
    whole = " / ".join(otherwise if one == ELSE else one for one in line.labels)
    return Markup(
        '<text class="flow__label" x="{:.0f}" y="{:.0f}"><title>{}</title>{}</text>'
    ).format(x, y - 4, whole, _short(whole))


def _curve(points: Sequence[Point]) -> str:
    """A line that leaves and arrives level, through every point."""
    parts = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) / 2
        parts.append(f"C{middle:.0f} {y1:.0f} {middle:.0f} {y2:.0f} {x2:.0f} {y2:.0f}")
    return "".join(parts)


def _round_below(out: Point, into: Point, below: float, side: int) -> str:
    """A way back: down in the gap behind its box, below all boxes, up before its aim."""
    (x1, y1), (x2, y2) = out, into
    down, up, turn = x1 + side * _LOOP, x2 - side * _LOOP, side * _TURN
    return (
        f"M{x1:.0f} {y1:.0f}Q{down:.0f} {y1:.0f} {down:.0f} {y1 + _TURN:.0f}"
        f"V{below - _TURN:.0f}Q{down:.0f} {below:.0f} {down - turn:.0f} {below:.0f}"
        f"H{up + turn:.0f}Q{up:.0f} {below:.0f} {up:.0f} {below - _TURN:.0f}"
        f"V{y2 + _TURN:.0f}Q{up:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    )


def _box(step: FlowStep, middle: Point, locale: str) -> Markup:
    x, y = middle
    lines = _wrapped(step.title.in_locale(locale))
    first = y - (len(lines) - 1) * 8 + 4.5
    words = Markup("").join(
        Markup('<tspan x="{:.0f}" y="{:.1f}">{}</tspan>').format(x, first + 16 * at, line)
        for at, line in enumerate(lines)
    )
    return Markup(
        '<g class="flow__box flow__box--{state} flow__box--{glyph}">{shape}<text>{words}</text>'
        "{sign}</g>"
    ).format(
        state=step.state, glyph=step.glyph, shape=_shape(step.glyph, x, y), words=words,
        sign=_sign(step, x, y),
    )  # fmt: skip


def _shape(glyph: str, x: float, y: float) -> Markup:
    """A box; its outline says what kind of step it is, as the canvas of the designer does."""
    half, tall = BOX_WIDTH / 2, BOX_HEIGHT / 2
    if glyph == "diamond":
        points = (
            f"{x - half:.0f},{y:.0f} {x - half + 16:.0f},{y - tall:.0f} "
            f"{x + half - 16:.0f},{y - tall:.0f} {x + half:.0f},{y:.0f} "
            f"{x + half - 16:.0f},{y + tall:.0f} {x - half + 16:.0f},{y + tall:.0f}"
        )
        return Markup('<polygon points="{}"/>').format(points)
    radius = {"circle": tall, "bar": 2}.get(glyph, 8)
    return Markup('<rect x="{:.0f}" y="{:.0f}" width="{}" height="{}" rx="{}"/>').format(
        x - half, y - tall, BOX_WIDTH, BOX_HEIGHT, radius
    )


def _sign(step: FlowStep, x: float, y: float) -> Markup:
    """What the colour says, as a shape: a dot where it stands, a tick where it was, an alarm."""
    path = {
        "here": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        "been": "M-5 0l3.5 3.5L5-4",
        "stuck": "M0-5v6M0 4.5v.1",
    }.get(step.state)
    if path is None:
        return Markup("")
    place = f"translate({x + BOX_WIDTH / 2 - 2:.0f} {y - BOX_HEIGHT / 2 + 2:.0f})"
    return Markup(
        '<g class="flow__sign flow__sign--{}" transform="{}"><circle r="9"/><path d="{}"/></g>'
    ).format(step.state, place, path)


def _wrapped(title: str) -> list[str]:
    """The title in at most two lines; what is left over is told by three dots."""
    words = _pieces(title)
    lines = [""]
    for word in words:
        if lines[-1] and _length(lines[-1] + word) > _PER_LINE:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1].rstrip()[: _PER_LINE - 1] + "…"]
    return [line.strip() for line in lines]


def _short(text: str) -> str:
    """As much of a text as stands at a line."""
    cut = ""
    for sign in text:
        if _length(cut + sign) > _PER_LABEL:
            return cut.rstrip() + "…"
        cut += sign
    return cut


def _pieces(title: str) -> list[str]:
    """Where a title may be broken: at spaces, and between Chinese letters."""
    pieces: list[str] = []
    for sign in title:
        is_wide = east_asian_width(sign) in "WF"
        if sign == " " or is_wide or not pieces or east_asian_width(pieces[-1][-1]) in "WF":
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces


def _length(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
