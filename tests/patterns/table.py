"""The table of control-flow patterns in the docs; `python -m tests.patterns.table` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

TABLE = Path("docs/control_flow_patterns.md")
_HEAD = """# Control-flow patterns

The 43 patterns of van der Aalst, ter Hofstede, Kiepuszewski and Barros (2003) and Russell et al.
(2006), and what becomes of each here. Every one that is not refused is a flow in `tests/patterns`,
played in all orders of finishing open work, saved and loaded again between any two steps as the
text a database keeps; the traces must be exactly those allowed. *Composed* means out of several
nodes instead of one.

| No. | Pattern | Kind | Here | With |
|---|---|---|---|---|
"""


def read_patterns() -> dict[str, Any]:
    """The patterns as written, by the names of their files."""
    files = sorted(Path(__file__).parent.glob("wcp*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in files}


def table(patterns: Mapping[str, Any]) -> str:
    """The whole page."""
    rows = [_row(int(name.removeprefix("wcp")), one) for name, one in patterns.items()]
    supports = [one["support"] for one in patterns.values()]
    counts = ", ".join(f"{supports.count(one)} {one}" for one in sorted(set(supports)))
    return f"{_HEAD}{''.join(rows)}\nIn all: {counts}.\n"


def _row(number: int, pattern: Mapping[str, Any]) -> str:
    types = {node["type"] for node in pattern.get("nodes", {}).values()} - {"task", "end"}
    made_of = ", ".join(f"`{one}`" for one in sorted(types)) or "`task`"
    how = pattern.get("how", "")
    words = f"{made_of}: {how}" if how and types else how or made_of
    cells = (number, pattern["name"], pattern["tag"], pattern["support"], words)
    return f"| {' | '.join(map(str, cells))} |\n"


if __name__ == "__main__":
    TABLE.write_text(table(read_patterns()), encoding="utf-8")
