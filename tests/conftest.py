"""Fixtures every test may name. What they do stands in `tests/support/`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres", "tests.support.databases", "tests.support.browser"]

# How long one example takes says more about the machine than about the code, and so does how long
# it takes to draw one. The same examples
# every time: whether a change lands must not hang on which of them were drawn. `make soak` draws
# others, with `--hypothesis-profile drawn`.
ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **ANY_SPEED)
settings.register_profile("drawn", **ANY_SPEED)
settings.load_profile("same")
