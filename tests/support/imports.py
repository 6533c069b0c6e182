"""Importing in tests: the order of an import, and everything it had to say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from builder.cli.words import problem_sentence
from runtime.commands import SYSTEM
from runtime.exchange.importing import Order, Report, import_file
from runtime.exchange.judging import RowProblem
from runtime.exchange.mapping import read_mapping
from tests.support.worlds import World


@dataclass
class Import:
    """An import of a file written by a test."""

    world: World
    order: Order
    problems: list[RowProblem] = field(default_factory=list)

    def run(self, **changes: Any) -> Report:
        """Import; what was wrong stands in `problems` afterwards."""
        self.problems.clear()
        return import_file(self.world, replace(self.order, **changes))


def an_import(world: World, file: Path, mapping: str, **options: Any) -> Import:
    """An import as the administrator of the machine would start it."""
    problems: list[RowProblem] = []
    order = Order(
        path=file,
        mapping=read_mapping(mapping, "mapping.yaml"),
        actor=replace(SYSTEM, via="import"),
        say=problem_sentence,
        tell=problems.append,
        **options,
    )
    return Import(world, order, problems)
