"""Which files an import takes: the one that was named, or those that mapping files name.

Reads mapping files only; importing is `importing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.cli.terms import text_of
from engines.errors import AppBuilderError
from runtime.exchange.mapping import read_mapping


@dataclass(frozen=True, slots=True)
class Pair:
    """A file and the text of the mapping that says what its columns fill."""

    file: Path
    mapping: Path
    text: str


def pairs(place: Path, mapping: Path) -> tuple[Pair, ...]:
    """What is imported, in order: a lone file, or a file of the folder `place` for each mapping.

    Mappings of a folder come in the order of their names. Raises AppBuilderError before anything
    is imported when a mapping names no file, or one that is not there.
    """
    if not mapping.is_dir():
        text = text_of(mapping)
        file = _named(place, mapping, text) if place.is_dir() else place
        return (Pair(file, mapping, text),)
    if not place.is_dir():
        raise AppBuilderError(f"{mapping} is a folder: name the folder of its files, not {place}.")
    found = sorted(mapping.glob("*.yaml"))
    if not found:
        raise AppBuilderError(f"{mapping} holds no mapping file (*.yaml).")
    texts = {one: text_of(one) for one in found}
    return tuple(Pair(_named(place, one, text), one, text) for one, text in texts.items())


def _named(folder: Path, mapping: Path, text: str) -> Path:
    name = str((read_mapping(text, str(mapping)).data.get("source") or {}).get("file", ""))
    if not name:
        raise AppBuilderError(f"{mapping} does not say which file it is for: source: {{file: …}}.")
    if Path(name).name != name:
        raise AppBuilderError(f"{mapping}: source.file: {name!r} is no name of a file.")
    if not (folder / name).is_file():
        raise AppBuilderError(f"{mapping}: there is no {name} in {folder}.")
    return folder / name
