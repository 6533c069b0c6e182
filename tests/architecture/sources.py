"""The project's own files for the tests of this folder: what git would commit, by folder."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERIC = ("engines/", "runtime/", "builder/")


@cache
def committed() -> tuple[Path, ...]:
    """Every tracked or new file that git does not ignore, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    return tuple(ROOT / name for name in sorted(set(listed)) if name and (ROOT / name).is_file())


def name_of(path: Path) -> str:
    """`engines/form/model.py`, whatever the machine."""
    return path.relative_to(ROOT).as_posix()


def generic_code(*suffixes: str) -> list[Path]:
    """Files of the engines, the runtime and the builder with one of these endings."""
    return [p for p in committed() if name_of(p).startswith(GENERIC) and p.suffix in suffixes]
