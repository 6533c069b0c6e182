"""One JSON Schema serves the author's editor and us: it types the texts and checks their shape.

What the values mean (unknown ids, wrong expressions) is for the engines to say.
"""

from engines.shape.coerce import coerce_and_validate
from engines.shape.editor import editor_schema
from engines.shape.schema import Schema, Typed

__all__ = ["Schema", "Typed", "coerce_and_validate", "editor_schema"]
