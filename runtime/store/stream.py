"""All records of a query in constant memory, page after page on one view of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

from runtime.ports import FormTable, Record, RecordQuery
from runtime.store.unit import StoredReader

CHUNK = 1_000


def stream_records(
    read: Callable[[], AbstractContextManager[StoredReader]], table: FormTable, query: RecordQuery
) -> Iterator[Record]:
    """Every record from the first page on; `query.limit` is not heeded."""
    chunk = replace(query, limit=CHUNK)
    with read() as reader:
        while True:
            records, following = reader.records.chunk(table, chunk)
            yield from records
            if following is None:
                return
            chunk = replace(chunk, after=following)
