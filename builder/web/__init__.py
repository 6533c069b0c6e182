"""The designer over HTTP: its pages, its JSON interface and the preview.

`make_designer` gives the blueprint that the web front registers; drafts and gestures live in
`builder`, permissions in the runtime's gate.
"""

from __future__ import annotations

from builder.web.blueprint import make_designer

__all__ = ["make_designer"]
