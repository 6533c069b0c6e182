"""Fixtures every test may name. What they do stands in `tests/support/`."""

from __future__ import annotations

pytest_plugins = ["tests.support.postgres", "tests.support.databases", "tests.support.browser"]
