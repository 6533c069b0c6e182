"""Every bench in turn, each in a process of its own: `python -m bench [name …]`.

Ends with the benches that missed a goal. What each measures stands in its own module.
"""

from __future__ import annotations

import subprocess
import sys

BENCHES = ("expression", "rules", "flow", "page", "report", "store", "submit")


def main() -> int:
    """Run the benches named, or all; how many missed a goal decides the exit code."""
    missed = []
    for name in sys.argv[1:] or BENCHES:
        print(f"--- {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)  # noqa: S603
        if done.returncode:
            missed.append(name)
    print(f"missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
