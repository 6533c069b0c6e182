"""Importing a spreadsheet: rows a second and memory, beside the naive import.

Every row is read, validated, stored and followed by its event; ours also proves by checksums that
what is stored is what was read, and makes an index to search one field by, which the naive one
does not. What it costs where every text is searched is shown beside.

`python -m bench.importing [--rows N] [--rounds N]`; each import runs in a process of its own, in
turns, medians of the rounds. `--memory` measures instead how the peak grows from 200,000 to
2,000,000 rows of CSV.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import naive_import, sheet
from bench.result import Result, report
from builder.cli.words import problem_sentence
from runtime.bootstrap import open_runtime
from runtime.commands import SYSTEM, PublishApp
from runtime.exchange.importing import Order, import_file
from runtime.exchange.mapping import read_mapping
from runtime.settings import load_settings
from tests.support.postgres import running_server

ROWS, ROUNDS = 100_000, 5
GOAL_NOW, GOAL = 4.0, 8.0
PEAK_MB = 200
SEARCHED = "SQLite, texts searched"
CSV_ROWS = (200_000, 2_000_000)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one import took; `reader_s` is the CPU of the process that read the sheet."""

    rows: int
    seconds: float
    cpu_s: float
    reader_s: float
    peak_mb: float

    @property
    def rows_s(self) -> float:
        return self.rows / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU of a row, both processes."""
        return (self.cpu_s + self.reader_s) / self.rows * 1e6


def main() -> int:
    """Print the figures; fail when the goal of today is missed."""
    asked = _asked()
    if asked.one:
        print(json.dumps(_one(asked.one, Path(asked.file), asked.target)))
        return 0
    return _memory() if asked.memory else _speed(asked.rows, asked.rounds)


def _speed(rows: int, rounds: int) -> int:
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        file = Path(folder) / "orders.xlsx"
        sheet.write_workbook(file, rows)
        found: dict[str, list[Figures]] = {"naive": [], "SQLite": [], SEARCHED: []}
        if server is not None:
            found["PostgreSQL"] = []
        for _ in range(rounds):
            for who, figures in found.items():
                is_postgres = who == "PostgreSQL" and server is not None
                figures.append(
                    _apart(who, file, rows, server.new_database() if is_postgres else "")
                )
        print(f"import  peak of the reader of the sheet, apart: {_reader_peak_mb(file):.0f} MB")
    middle = {who: _median(figures) for who, figures in found.items()}
    for who, one in middle.items():
        print(
            f"import  {who:<26} {rows:>9,} rows  {one.rows_s:>8,.0f} rows/s  "
            f"CPU {one.cpu_us:6.1f} us a row  peak {one.peak_mb:.0f} MB"
        )
    naive = middle.pop("naive")
    ratios = [_ratio(who, one, naive, rows) for who, one in middle.items()]
    peak = Result(f"import of {rows:,} rows, peak", middle["SQLite"].peak_mb, "MB", PEAK_MB)
    return report(*ratios, peak)


def _ratio(who: str, one: Figures, naive: Figures, rows: int) -> Result:
    """CPU of a row, because wall time on a shared machine says little."""
    return Result(
        f"import of {rows:,} rows, {who}",
        naive.cpu_us / one.cpu_us,
        "x",
        None if who == SEARCHED else GOAL,
        GOAL_NOW if who == "SQLite" else None,
        ours=f"{one.rows_s:,.0f} rows/s, {one.cpu_us:.0f} us CPU a row",
        reference=f"openpyxl + jsonschema + Core {naive.rows_s:,.0f}/s, {naive.cpu_us:.0f} us",
    )


def _memory() -> int:
    peaks = []
    for rows in CSV_ROWS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "orders.csv"
            sheet.write_csv(file, rows)
            peaks.append(_apart("SQLite", file, rows, "").peak_mb)
        print(f"import  CSV of {rows:>9,} rows: peak {peaks[-1]:.0f} MB")
    growth = peaks[-1] / peaks[0]
    return report(
        Result(f"import of CSV, peak at {CSV_ROWS[-1]:,} rows", peaks[-1], "MB", PEAK_MB),
        Result("import of CSV, peak of ten times the rows", growth, "times", 1.15),
    )


def _apart(who: str, file: Path, rows: int, target: str) -> Figures:
    """One import in a fresh process and on fresh data."""
    command = [sys.executable, "-m", "bench.importing", "--one", who, "--file", str(file)]
    done = subprocess.run([*command, "--target", target], check=True, stdout=subprocess.PIPE)  # noqa: S603
    return Figures(rows, **json.loads(done.stdout.splitlines()[-1]))


def _one(who: str, file: Path, target: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        if who == "naive":
            before, began_s = _cpu_s(), time.perf_counter()
            naive_import.import_workbook(file, Path(folder) / "naive.sqlite")
            spent_s, after = time.perf_counter() - began_s, _cpu_s()
            peak_mb = _status_mb("VmHWM")
        else:
            app = sheet.ALL_SEARCHED_DEFINITION if who == SEARCHED else sheet.DEFINITION
            before, after, spent_s, peak_mb = _ours(app, file, Path(folder), target)
    return {
        "seconds": spent_s,
        "cpu_s": after[0] - before[0],
        "reader_s": after[1] - before[1],
        "peak_mb": peak_mb,
    }


def _ours(
    app: str, file: Path, folder: Path, target: str
) -> tuple[tuple[float, float], tuple[float, float], float, float]:
    """CPU before and after, seconds, peak; without opening the store and closing it."""
    given = {"data_dir": folder / "data", "database_url": target}
    runtime = open_runtime(load_settings({**given, "master_key_file": folder / "key"}))
    runtime.bus.execute(PublishApp(app, "bench.yaml"), SYSTEM)
    mapping = read_mapping(sheet.MAPPING, "bench")
    order = Order(file, mapping, replace(SYSTEM, via="import"), problem_sentence, print)
    peak = _Peak()
    before, began_s = _cpu_s(), time.perf_counter()
    report = import_file(runtime, replace(order, show=peak.look))
    spent_s, after = time.perf_counter() - began_s, _cpu_s()
    assert report.is_whole
    peak.look(None)
    runtime.close()
    return before, after, spent_s, peak.mb


def _reader_peak_mb(file: Path) -> float:
    """The reader's peak, in a process that was started for it alone."""
    program = (
        "import sys; from runtime.exchange.parse_apart import main; main(); "
        "print(open('/proc/self/status').read(), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, "xlsx", str(file), ""]
    done = subprocess.run(  # noqa: S603
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    return _status_mb("VmHWM", done.stderr)


def _cpu_s() -> tuple[float, float]:
    own, others = (
        resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime


class _Peak:
    """The most memory of our own after any chunk: anonymous pages, and the code loaded before.

    The pages of the database file that SQLite maps are the system's cache, not the import's.
    """

    def __init__(self) -> None:
        self._code_mb = _status_mb("RssFile")
        self.mb = 0.0

    def look(self, _: object) -> None:
        self.mb = max(self.mb, _status_mb("RssAnon") + self._code_mb)


def _status_mb(name: str, status: str = "") -> float:
    lines = (status or Path("/proc/self/status").read_text("utf-8")).splitlines()
    line = next(one for one in lines if one.startswith(name))
    return int(line.split()[1]) / 1024


def _median(figures: list[Figures]) -> Figures:
    names = ("seconds", "cpu_s", "reader_s", "peak_mb")
    middle = {name: statistics.median(getattr(one, name) for one in figures) for name in names}
    return Figures(figures[0].rows, **middle)


def _asked() -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--one", default="")
    parser.add_argument("--file", default="")
    parser.add_argument("--target", default="")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
