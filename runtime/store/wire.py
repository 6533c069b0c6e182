"""Fixed statements on one PostgreSQL connection: prepared once, sent together through libpq.

A psycopg cursor costs more CPU than a statement of a submit itself (134 µs, against 63 by libpq
alone and 20 for one of several sent together), so statements whose text never changes go past it.
What needs no answer waits, and leaves with the next statement that does or with the commit. Lists,
COPY and migrations speak through psycopg as ever, after `settle`.
"""

from __future__ import annotations

import re
import select
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from itertools import chain
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from engines.errors import BugError
from runtime.store.sql import Params, Ready, Row
from runtime.turns import Turns

MOST_PREPARED = 500  # statements a connection keeps; the oldest go when it is given back
TOGETHER = 200  # statements in one round trip: their answers must fit into the socket's buffers

_ROWS_AT_ONCE = 8  # a statement for each number of rows up to this is prepared
_NUMBER = re.compile(r"\$(\d+)")
_COMMIT = Ready("COMMIT", (), {})
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_TEXT = PyFormat.TEXT  # binary numbers come in widths, of which a column takes only its own


class Wire:
    """One connection, used by one thread at a time."""

    __slots__ = (
        "_adapt",
        "_connection",
        "_is_lent",
        "_made",
        "_names",
        "_pg",
        "_traffic",
        "_turns",
        "_waiting",
    )

    def __init__(self, connection: psycopg.Connection[Any], turns: Turns) -> None:
        self._connection = connection
        self._turns = turns
        self._pg = connection.pgconn
        self._adapt = Transformer(connection)
        self._traffic = select.poll()
        self._traffic.register(self._pg.socket, select.POLLIN)
        self._waiting: list[tuple[str, Sequence[Any]]] = []
        self._names: dict[str, bytes] = {}  # text -> prepared statement
        self._made = 0
        self._is_lent = False

    def rows(self, ready: Ready, params: Params | None) -> list[Row]:
        """All rows of a statement, after everything that waits."""
        result = self._answer(ready, params)
        return self._loaded(result, result.ntuples)

    def first(self, ready: Ready, params: Params | None) -> Row | None:
        """Its first row."""
        result = self._answer(ready, params)
        return self._loaded(result, 1)[0] if result.ntuples else None

    def change(self, ready: Ready, params: Params | None) -> int:
        """How many rows it wrote."""
        count: int = self._answer(ready, params).command_tuples or 0
        return count

    def later(self, ready: Ready, params: Params) -> None:
        """Let it leave with the next one, which raises its error."""
        self._waiting.append((ready.text, ready.values(params)))

    def many(self, ready: Ready, params: Sequence[Params]) -> None:
        """One for each of `params`, like `later`."""
        self._waiting += [(ready.text, ready.values(one)) for one in params]

    def many_rows(self, ready: Ready, rows: Sequence[Sequence[Any]]) -> None:
        """The INSERT of a row for several at once, like `later`."""
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[first : first + _ROWS_AT_ONCE]
            text = ready.text if len(some) == 1 else _for_rows(ready.text, len(some))
            self._waiting.append((text, [*chain.from_iterable(some)]))

    def add_rows(self, table: str, cells: str, rows: Sequence[Sequence[Any]]) -> None:
        """By COPY."""
        del table
        command = f"COPY {cells} FROM STDIN".encode()
        with self.settle().cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)

    def settle(self) -> psycopg.Connection[Any]:
        """The connection for others, who only read rows, with nothing waiting."""
        while self._waiting:
            self._send()
        return self._connection

    def lend(self) -> psycopg.Connection[Any]:
        """The connection for anything, DDL too; it serves no other transaction after this one.

        psycopg forgets everybody's prepared statements when it sees DDL.
        """
        self.settle()
        self._names.clear()
        self._is_lent = True
        return self._connection

    def away(self) -> AbstractContextManager[None]:
        """While somebody else's words are answered: others may have this thread's turn."""
        return self._turns.away()

    def begin(self, words: str) -> None:
        """Let a transaction open with the first statement.

        Raises OperationalError when the connection was lost meanwhile: a server that ends a
        connection says so at once, and nothing else is ever said on one that is idle.
        """
        if self._traffic.poll(0):
            raise psycopg.OperationalError("the connection was lost")
        if words:
            self._waiting.append((words, ()))

    def commit(self) -> None:
        """Send what waits and make all of it durable."""
        if self._pg.transaction_status == TransactionStatus.IDLE and len(self._waiting) == 1:
            self._waiting.clear()  # the BEGIN alone: nothing was asked and nothing written
            return
        told = (
            self._answer(_COMMIT, None)
            if self._waiting
            else self._checked(self._pg.exec_(b"COMMIT"))
        ).command_status
        if told != b"COMMIT":  # PostgreSQL says ROLLBACK, and no error, for one that failed before
            raise BugError(f"a failed transaction was committed: {told!r}")

    def rollback(self) -> None:
        """Give up the transaction if one is open, with all that waits."""
        self._waiting.clear()
        if self._pg.transaction_status != TransactionStatus.IDLE:
            self._pg.exec_(b"ROLLBACK")

    def is_fit(self) -> bool:
        """Whether the connection can serve another transaction; forgets old statements."""
        while len(self._names) > MOST_PREPARED and self._pg.status == ConnStatus.OK:
            oldest = self._names.pop(next(iter(self._names)))
            self._pg.exec_(b"DEALLOCATE " + oldest)
        is_idle = self._pg.transaction_status == TransactionStatus.IDLE
        return is_idle and self._pg.status == ConnStatus.OK and not self._is_lent

    def _answer(self, ready: Ready, params: Params | None) -> Any:
        self._waiting.append((ready.text, ready.values(params)))
        while len(self._waiting) > TOGETHER:
            self._send()
        return self._send()

    def _send(self) -> Any:
        """Send some of what waits in one round trip; the last one's answer."""
        # A value that cannot be sent stays and is refused again: without it, and perhaps without
        # the BEGIN before it, nothing may reach the database.
        batch = [(text, self._dumped(values)) for text, values in self._waiting[:TOGETHER]]
        del self._waiting[:TOGETHER]
        if len(batch) == 1:
            ((text, values),) = batch
            name = self._names.get(text)
            if name is not None:
                return self._alone(name, values)
        return self._in_pipeline(batch)

    def _alone(self, name: bytes, values: Any) -> Any:
        pg = self._pg
        try:
            pg.send_query_prepared(name, values)
            self._flush()
            self._wait_away()
            result = self._next_result()
        except BaseException:
            self._connection.close()  # what was sent and not read would answer the next one
            raise
        return self._checked(result)

    def _in_pipeline(self, batch: Sequence[tuple[str, Any]]) -> Any:
        pg, known = self._pg, len(self._names)
        pg.enter_pipeline_mode()
        try:
            for text, values in batch:
                pg.send_query_prepared(self._prepared(text), values)
            pg.pipeline_sync()
            self._flush()
            self._wait_away()
            results = self._results()
        except BaseException:
            self._connection.close()  # what was sent and not read would answer the next one
            raise
        pg.exit_pipeline_mode()
        for result in results:
            if result.status not in _DONE:
                self._forget_names(known)
                raise self._failure(result)
        return results[-1]

    def _prepared(self, text: str) -> bytes:
        """The name of a statement, which is prepared just before its first use."""
        name = self._names.get(text)
        if name is None:
            self._made += 1
            name = self._names[text] = f"dg{self._made}".encode()
            self._pg.send_prepare(name, text.encode())
        return name

    def _forget_names(self, known: int) -> None:
        """Drop the names of a failed batch: whether they were prepared is not known."""
        for text in list(self._names)[known:]:
            del self._names[text]

    def _flush(self) -> None:
        """Hand over to the system what is to be sent; psycopg's connections never block in it."""
        pg = self._pg
        if pg.flush() == 0:
            return
        self._traffic.modify(pg.socket, select.POLLIN | select.POLLOUT)
        while pg.flush() == 1:
            self._traffic.poll()
            pg.consume_input()  # a server that cannot get rid of its answers takes nothing more
        self._traffic.modify(pg.socket, select.POLLIN)

    def _results(self) -> list[Any]:
        """Every answer up to the end of the pipeline."""
        results: list[Any] = []
        while True:
            result = self._next_result()
            if result.status == ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    def _next_result(self) -> Any:
        self._wait_for_answer()
        result = self._pg.get_result()
        if result is None:
            raise psycopg.OperationalError("the connection was lost")
        if result.status != ExecStatus.PIPELINE_SYNC:
            self._pg.get_result()  # the nothing behind an answer, which never lets wait
        return result

    def _wait_away(self) -> None:
        """Until the first of the answer is there; who else wants to run may meanwhile."""
        had = self._turns.give_away()
        try:
            self._traffic.poll()
        finally:
            if had:
                self._turns.take_again()
        self._pg.consume_input()

    def _wait_for_answer(self) -> None:
        pg = self._pg
        while pg.is_busy():  # gives the interpreter to other threads: asked as seldom as can be
            self._traffic.poll()
            pg.consume_input()

    def _dumped(self, values: Sequence[Any]) -> Any:
        return self._adapt.dump_sequence(values, [_TEXT] * len(values))

    def _loaded(self, result: Any, count: int) -> list[Row]:
        self._adapt.set_pgresult(result)
        return self._adapt.load_rows(0, count, tuple)

    def _checked(self, result: Any) -> Any:
        if result.status not in _DONE:
            raise self._failure(result)
        return result

    def _failure(self, result: Any) -> psycopg.Error:
        if self._pg.status != ConnStatus.OK:
            return psycopg.OperationalError(result.get_error_message() or "connection lost")
        return error_from_result(result)


@cache
def _for_rows(text: str, count: int) -> str:
    """INSERT INTO … VALUES ($1, $2) of one row as … VALUES ($1, $2), ($3, $4) of several."""
    head, values, cells = text.partition(" VALUES ")
    width = len(_NUMBER.findall(cells))
    if not values or _NUMBER.search(head):
        raise BugError(f"no INSERT of one row: {text}")

    def of_row(number: int) -> str:
        return _NUMBER.sub(lambda found: f"${int(found[1]) + number * width}", cells)

    return head + values + ", ".join(map(of_row, range(count)))
