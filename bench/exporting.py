"""Exporting records to a spreadsheet: rows a second, beside xlsxwriter in constant memory.

Ours reads 100,000 records from the store through the gate and writes them; the reference only
writes rows it has been given ready. In turns, medians of the rounds, CPU of a row because wall
time on a shared machine says little: `python -m bench.exporting [--rows N] [--rounds N]`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import sheet
from bench.result import Result, report
from builder.cli.words import problem_sentence
from engines.values import AppId, FormId
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, PublishApp
from runtime.exchange.exporting import Wanted, export_records
from runtime.exchange.importing import Order, import_file
from runtime.exchange.mapping import read_mapping
from runtime.exchange.xlsx import Sheet
from runtime.settings import load_settings

ROWS, ROUNDS = 100_000, 5
GOAL = 5.0


def main() -> int:
    """Print the figures."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runtime = _filled(folder, asked.rows)
        spent: dict[str, list[float]] = {"all": [], "sheet alone": [], "xlsxwriter": []}
        for _ in range(asked.rounds):
            spent["all"].append(_cpu_us(asked.rows, lambda: _ours(runtime, folder / "a.xlsx")))
            spent["sheet alone"].append(
                _cpu_us(asked.rows, lambda: _sheet(folder / "b.xlsx", asked.rows))
            )
            spent["xlsxwriter"].append(
                _cpu_us(asked.rows, lambda: _reference(folder / "c.xlsx", asked.rows))
            )
        runtime.close()
    middle = {who: statistics.median(figures) for who, figures in spent.items()}
    for who, one in middle.items():
        print(f"export  {who:<12} {asked.rows:>9,} rows  CPU {one:6.1f} us a row")
    reference = middle.pop("xlsxwriter")
    return report(
        *(
            Result(
                f"export of {asked.rows:,} rows, {who}",
                reference / one,
                "x",
                GOAL,
                ours=f"{one:.0f} us CPU a row",
                reference=f"xlsxwriter {reference:.0f} us, writing alone",
            )
            for who, one in middle.items()
        )
    )


def _filled(folder: Path, rows: int) -> Runtime:
    file = folder / "orders.csv"
    sheet.write_csv(file, rows)
    given = {"data_dir": folder / "data", "master_key_file": folder / "key"}
    runtime = open_runtime(load_settings(given))
    runtime.bus.execute(PublishApp(sheet.DEFINITION, "bench.yaml"), SYSTEM)
    mapping = read_mapping(sheet.MAPPING, "bench")
    order = Order(file, mapping, replace(SYSTEM, via="import"), problem_sentence, print)
    assert import_file(runtime, order).is_whole
    return runtime


def _ours(runtime: Runtime, path: Path) -> None:
    export_records(runtime, SYSTEM, Wanted(AppId(sheet.APP), FormId(sheet.FORM), path))


def _sheet(path: Path, rows: int) -> None:
    with path.open("wb") as target, Sheet(target, "Orders") as writing:
        writing.add(sheet.orders(rows))


def _reference(path: Path, rows: int) -> None:
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    book = xlsxwriter.Workbook(str(path), options)
    writing = book.add_worksheet("Orders")
    for at, order in enumerate(sheet.orders(rows)):
        writing.write_row(at, 0, order)
    book.close()


def _cpu_us(rows: int, work: Any) -> float:
    began_s = time.process_time()
    work()
    return (time.process_time() - began_s) / rows * 1e6


def _asked() -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
