"""Where the boxes of a flow stand when its author placed none: in layers, from start to end.

Pure. Layers by the longest way from the start, order within a layer by where the lines come from,
heights by what they lead to. Ways back are left out of all that and run below the boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Lines = Sequence[tuple[str, str]]  # (source, target)

_SWEEPS = 6
_GAP_ROWS = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Places in units of boxes: column by layer, row as a number that need not be whole.

    `bends`: for each line that passes over layers, the (column, row) it passes them at.
    """

    places: Mapping[str, tuple[int, float]]
    bends: Mapping[tuple[str, str], tuple[tuple[int, float], ...]]
    back: frozenset[tuple[str, str]]


def layered(start: str, nodes: Sequence[str], lines: Lines) -> Grid:
    """A place for every node; the same answer for the same flow, always."""
    back = frozenset(_ways_back(start, nodes, lines))
    ahead = [line for line in dict.fromkeys(lines) if line not in back]
    layer_of = _layers(nodes, ahead)
    chains = {line: _chain(line, layer_of) for line in ahead}
    stops = {stop: at for chain in chains.values() for stop, at in chain}
    columns = _columns({**layer_of, **stops})
    links = [pair for line, chain in chains.items() for pair in _links(line, chain)]
    _order(columns, links)
    rows = _rows(columns, links)
    return Grid(
        places={node: (layer_of[node], rows[node]) for node in nodes},
        bends={
            line: tuple((at, rows[stop]) for stop, at in chain) for line, chain in chains.items()
        },
        back=back,
    )


def _ways_back(start: str, nodes: Sequence[str], lines: Lines) -> Iterable[tuple[str, str]]:
    """The lines that lead back to a node that leads to them; without them nothing is a circle."""
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in lines:
        targets[source].append(target)
    done: set[str] = set()
    for root in [start, *nodes]:
        if root in done:
            continue
        way, on_way = [(root, iter(targets[root]))], {root}
        while way:
            node, rest = way[-1]
            step = next(rest, None)
            if step is None:
                way.pop()
                on_way.discard(node)
                done.add(node)
            elif step in on_way:
                yield node, step
            elif step not in done:
                way.append((step, iter(targets[step])))
                on_way.add(step)


def _layers(nodes: Sequence[str], ahead: Lines) -> dict[str, int]:
    """The longest way to each node, counted in lines."""
    layer_of = dict.fromkeys(nodes, 0)
    for _ in nodes:
        moved = False
        for source, target in ahead:
            if layer_of[target] <= layer_of[source]:
                layer_of[target] = layer_of[source] + 1
                moved = True
        if not moved:
            break
    return layer_of


def _chain(line: tuple[str, str], layer_of: Mapping[str, int]) -> list[tuple[str, int]]:
    """The stops at which a line passes layers, so that no box stands in its way."""
    source, target = line
    return [
        (f"{source}>{target}@{layer}", layer)
        for layer in range(layer_of[source] + 1, layer_of[target])
    ]


def _links(line: tuple[str, str], chain: Sequence[tuple[str, int]]) -> Iterable[tuple[str, str]]:
    stops = [line[0], *(stop for stop, _ in chain), line[1]]
    return pairwise(stops)


def _columns(layer_of: Mapping[str, int]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(layer_of.values(), default=0) + 1)]
    for node, layer in layer_of.items():
        columns[layer].append(node)
    return columns


def _order(columns: list[list[str]], links: Lines) -> None:
    """Put each column in the order of what its nodes are linked to; a few sweeps untangle most."""
    for near, columns_in_turn in _sweeps(columns, links):
        at = {node: float(row) for column in columns for row, node in enumerate(column)}
        for column in columns_in_turn:
            place = {node: _middle(node, near, at) for node in column}
            column.sort(key=place.__getitem__)
            at |= {node: float(row) for row, node in enumerate(column)}


def _rows(columns: list[list[str]], links: Lines) -> dict[str, float]:
    """A height for every node: level with what it is linked to, never over its neighbour."""
    rows = {node: float(row) for column in columns for row, node in enumerate(column)}
    for near, columns_in_turn in _sweeps(columns, links):
        for column in columns_in_turn:
            wanted = [_middle(node, near, rows) for node in column]
            rows |= dict(zip(column, _apart(wanted), strict=True))
    least = min(rows.values(), default=0.0)
    return {node: row - least for node, row in rows.items()}


def _apart(wanted: Sequence[float]) -> list[float]:
    """The wanted heights with room between, moved as little as possible as a whole."""
    placed: list[float] = []
    for row in wanted:
        placed.append(max(row, placed[-1] + _GAP_ROWS) if placed else row)
    shift = _mean([want - have for want, have in zip(wanted, placed, strict=True)], 0.0)
    return [row + shift for row in placed]


def _sweeps(
    columns: list[list[str]], links: Lines
) -> Iterable[tuple[Mapping[str, Sequence[str]], list[list[str]]]]:
    """To the end looking back, to the start looking ahead, and again."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in links:
        before.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    for _ in range(_SWEEPS // 2):
        yield before, columns
        yield after, columns[::-1]


def _middle(node: str, near: Mapping[str, Sequence[str]], at: Mapping[str, float]) -> float:
    return _mean([at[one] for one in near.get(node, ())], at[node])


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
