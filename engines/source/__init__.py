"""Definition text: reading it safely, changing it without losing comments, writing it out.

Reads no files: callers hand over text. What the data means is none of this package's business.
"""

from engines.source.dump import dump
from engines.source.fmt import fmt
from engines.source.nodes import Data
from engines.source.read import Source, read_source

__all__ = ["Data", "Source", "dump", "fmt", "read_source"]
