"""A server process to be measured: `python -m bench.serving KIND JSON`, stopped by SIGTERM.

`ours` is the product as `dougong serve` runs it. `flask_psycopg` and `flask` are the references:
the same server in front of a view that stores the request in one INSERT, or answers only.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from psycopg_pool import ConnectionPool

from builder.cli.serve import run_server
from runtime.settings import load_settings

THREADS = 16
_ADD = "INSERT INTO bench_ticket (subject, data) VALUES (%s, %s) RETURNING id"


def plain_flask(_: str) -> Any:
    """Reads the JSON, answers JSON, stores nothing."""
    app = Flask("bench.serving")

    @app.post("/<path:_any>")
    def create(_any: str) -> tuple[dict[str, Any], int]:
        return {"id": len(orjson.loads(request.get_data())["values"])}, 201

    return app


def flask_psycopg(url: str) -> Any:
    """Stores the request durably with one INSERT on a pooled connection."""
    app = Flask("bench.serving")
    pool = ConnectionPool(url, min_size=THREADS, max_size=THREADS, open=True)

    @app.post("/<path:_any>")
    def create(_any: str) -> tuple[dict[str, Any], int]:
        values = orjson.loads(request.get_data())["values"]
        with pool.connection() as connection:
            parameters = (values["subject"], orjson.dumps(values).decode())
            row = connection.execute(_ADD, parameters).fetchone()
        assert row is not None
        return {"id": row[0]}, 201

    return app


REFERENCES = {"flask": plain_flask, "flask_psycopg": flask_psycopg}


def serve_reference(kind: str, url: str, port: int) -> None:
    """The reference on the server that the product uses, with as many threads."""
    server = Granian(
        "bench",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=partial(load_reference, kind, url), wrap_loader=False)


def load_reference(kind: str, url: str, *_: Any) -> Any:
    """What the worker process loads."""
    return REFERENCES[kind](url)


def main() -> None:
    kind, given = sys.argv[1], orjson.loads(sys.argv[2])
    if kind == "ours":
        settings = load_settings({**given, "data_dir": Path(given["data_dir"])})
        run_server(settings, runs_jobs=settings.is_embedded)
    else:
        serve_reference(kind, given.get("database_url") or "", given["port"])


if __name__ == "__main__":
    main()
