"""Problems of a definition in the designer's language; the checks themselves speak English.

So do the refusals of the designer and the sandbox. How a sentence finds its translation stands in
`runtime/web/sentences.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runtime.web.sentences import Book

_BOOK: Final = Book(Path(__file__).parent)

translated = _BOOK.translated
languages = _BOOK.languages
sentences = _BOOK.written
