"""`python -m builder.cli`, where the command is not on the path."""

from __future__ import annotations

from builder.cli import main

main()
