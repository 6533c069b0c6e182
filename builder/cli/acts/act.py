"""The shape of an act. No code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from runtime.bootstrap import Runtime

Act: TypeAlias = Callable[[Runtime, Mapping[str, Any]], Any]
