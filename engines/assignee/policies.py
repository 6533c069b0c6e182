"""What may happen when a source names nobody; the words of `if_empty`."""

from __future__ import annotations

from typing import Final

POLICIES: Final = ("skip", "block")
SIGNER_POLICIES: Final = (*POLICIES, "auto_pass", "reject")  # what an approval may do besides
