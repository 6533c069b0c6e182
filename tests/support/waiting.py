"""Waiting for a state that another thread or process brings about, never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 60.0


def wait_until(holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Until it holds; the test fails when it never does."""
    end_s = time.perf_counter() + within_s
    while not holds():
        assert time.perf_counter() < end_s, "it did not happen in time"
        time.sleep(0.001)
