"""What processes have cost so far, by what the system counted."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_s(process: int) -> float:
    """CPU seconds of a process and all below it, ended ones too; 0 for no process."""
    if not process:
        return 0.0
    spent, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            numbers = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(stat.parent.name)] = int(numbers[1])
        spent[int(stat.parent.name)] = sum(map(int, numbers[11:15])) / _TICKS_A_SECOND
    family, size = {process}, 0
    while len(family) > size:
        size = len(family)
        family |= {child for child, parent in parents.items() if parent in family}
    return sum(spent.get(one, 0.0) for one in family)
