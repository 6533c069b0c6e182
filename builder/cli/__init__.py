"""The `dougong` command: one file for each group of subcommands, joined in `main`.

What a command does to an organisation stands in `acts`, because another process may have to do it.
"""

from __future__ import annotations

from builder.cli.main import main

__all__ = ["main"]
