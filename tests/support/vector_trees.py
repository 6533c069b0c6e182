"""Writes tests/vectors/trees.json: the vectors' expressions as the browser gets them.

`python -m tests.support.vector_trees` renews the file; a test says when it is stale.
"""

from __future__ import annotations

import json
from pathlib import Path

from engines.expression.as_json import tag
from tests.support import vectors

FILE: Path = vectors.VECTORS / "trees.json"


def trees_text() -> str:
    """The file's text: one expression a line."""
    lines = []
    for expression, _, _ in vectors.by_expression():
        compiled = vectors.compiled(expression)
        found = {"type": tag(compiled.type), "tree": compiled.to_json()}
        lines.append(f"    {_json(expression)}: {_json(found)}")
    about = "Made by tests/support/vector_trees.py: the trees that the server sends."
    body = ",\n".join(lines)
    return f'{{\n  "about": {_json(about)},\n  "trees": {{\n{body}\n  }}\n}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(trees_text())
