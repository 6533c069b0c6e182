"""The definitions that come with the product: files beside the code, never named in it."""

from __future__ import annotations

from pathlib import Path

from engines.source.read import read_source

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parents[2] / "apps", _HERE.parents[1] / "bundled_apps")  # checkout, wheel


def bundled_apps() -> tuple[Path, ...]:
    """Every bundled definition, by name."""
    found = next((place for place in _PLACES if place.is_dir()), None)
    return tuple(sorted(found.glob("*.yaml"))) if found is not None else ()


def demo_apps() -> tuple[Path, ...]:
    """Those with sample records of their own."""
    return tuple(file for file in bundled_apps() if _has_seeds(file))


def _has_seeds(file: Path) -> bool:
    data = read_source(file.read_text("utf-8"), file.name).data
    return isinstance(data, dict) and bool(data.get("seeds"))
