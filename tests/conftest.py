"""Fixtures every test may name. What they do stands in `tests/support/`."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.databases", "tests.support.browser"]

# How long one example takes says more about the machine than about the code.
settings.register_profile("without_deadline", deadline=None)
settings.load_profile("without_deadline")
