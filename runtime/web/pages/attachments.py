"""Files to download: always as attachments, never as pages of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from flask import Blueprint, Response

from engines.values import FileId
from runtime.web.headers import FILE_POLICY
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_anywhere, runtime

attachments = Blueprint("attachments", __name__)

_CHUNK_BYTES = 256 * 1024


@route(attachments, "/files/<file>", permission=SIGNED_IN)
def download(file: str) -> Response:
    """A file of a record the visitor may read, or one they uploaded a moment ago."""
    return sent(file)


def sent(file: str) -> Response:
    """A file as an attachment that no browser runs."""
    info = runtime().reading.file(actor_anywhere(), FileId(file))
    response = Response(_chunks(runtime().files.open(info.id)), mimetype=info.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(info.name)}"
    response.headers["Content-Length"] = str(info.size_bytes)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while chunk := source.read(_CHUNK_BYTES):
            yield chunk
