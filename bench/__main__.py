"""Every bench in turn, each in a process of its own: `python -m bench [name …]`.

Ends with one table of all results. Fails when a bench missed a goal of today or did not end well;
goals of the finished product are shown. What each measures stands in its own module.
"""

from __future__ import annotations

import subprocess
import sys

from bench.result import Result, result_of, table

BENCHES = (
    "expression",
    "rules",
    "flow",
    "flow_durable",
    "page",
    "report",
    "store",
    "timers",
    "list",
    "importing",
    "exporting",
    "submit",
)


def main() -> int:
    """Run the benches named, or all."""
    results: list[Result] = []
    broken: list[str] = []
    for name in sys.argv[1:] or BENCHES:
        print(f"--- {name}", flush=True)
        found, exit_code = run(name)
        results += found
        if exit_code and not any(one.is_missed for one in found):
            broken.append(name)
    missed = [one.work for one in results if one.is_missed]
    print(f"\n{table(results)}\n")
    print(f"missed: {', '.join(missed) or 'none'}; broken: {', '.join(broken) or 'none'}")
    return 1 if missed or broken else 0


def run(name: str) -> tuple[list[Result], int]:
    """The results of one bench, whose other words pass through, and how it ended."""
    command = [sys.executable, "-m", f"bench.{name}"]
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own
        assert process.stdout is not None
        for line in process.stdout:
            result = result_of(line)
            if result is not None:
                found.append(result)
            else:
                print(line.decode(), end="", flush=True)
    return found, process.returncode


if __name__ == "__main__":
    sys.exit(main())
