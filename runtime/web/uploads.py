"""Uploaded files: judged by content, stored under ids of our own. Not here: serving them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, BinaryIO, cast

import puremagic
from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from engines.errors import FieldErrors, FieldProblem, NotFound
from engines.form.model import Field, Form
from engines.values import FieldId, FileId
from runtime.access import gate
from runtime.commands import Actor
from runtime.ports import FileInfo
from runtime.web.visitor import runtime, user_id

_SUFFIX = ":upload"
_MB = 1024 * 1024
_SNIFFED_BYTES = 8192
_LONGEST_NAME = 200
_MOST_ENCLOSURES = 20


def take_uploads(form: Form, uploads: MultiDict[str, FileStorage]) -> dict[FieldId, list[str]]:
    """Store what was posted as `<field>:upload`; ids by field. Raises FieldErrors."""
    taken: dict[FieldId, list[str]] = {}
    for key in [one for one in uploads if not one.startswith("_")]:
        field = form.fields.get(FieldId(key.removesuffix(_SUFFIX)))
        if field is None or not key.endswith(_SUFFIX) or field.type.widget != "file":
            raise FieldErrors([FieldProblem(key, "unknown_field")])
        taken[field.id] = [take(field, one).id for one in uploads.getlist(key) if one.filename]
    return {field: ids for field, ids in taken.items() if ids}


def take_enclosures(name: str, media: str = "") -> list[FileId]:
    """Store what was posted beside a form under `name`; of another kind it is refused."""
    taken = []
    for upload in request.files.getlist(name)[:_MOST_ENCLOSURES]:
        if not upload.filename:
            continue
        media_type = sniffed(upload.stream, clean_name(upload.filename))
        if not media_type.startswith(media):
            raise FieldErrors(
                [FieldProblem(name.removeprefix("_"), "wrong_file_type", {"accept": media + "*"})]
            )
        max_mb = runtime().settings.max_upload_mb
        if _size(upload.stream) > max_mb * _MB:
            params = {"max_size_mb": max_mb}
            raise FieldErrors([FieldProblem(name.removeprefix("_"), "file_too_big", params)])
        name_ = clean_name(upload.filename)
        taken.append(_store(name_, media_type, upload.stream, max_mb * _MB).id)
    return taken


def take(field: Field, upload: FileStorage) -> FileInfo:
    """Store one file for a field. Raises FieldErrors for a wrong type or size."""
    limits = field.type.widget_data(field.options, "en")
    name = clean_name(upload.filename or "")
    media_type = sniffed(upload.stream, name)
    accepted = [one for one in str(limits.get("accept") or "").split(",") if one]
    if accepted and not _is_accepted(media_type, accepted):
        raise FieldErrors(
            [FieldProblem(field.id, "wrong_file_type", {"accept": ", ".join(accepted)})]
        )
    own_max = int(limits.get("max_size_mb") or 20)
    max_mb = min(own_max, runtime().settings.max_upload_mb)
    size_bytes = _size(upload.stream)
    if size_bytes > max_mb * _MB:
        raise FieldErrors([FieldProblem(field.id, "file_too_big", {"max_size_mb": max_mb})])
    return _store(name, media_type, upload.stream, max_mb * _MB)


def take_enclosure(upload: FileStorage) -> FileInfo:
    """Store one file that comes along with a task. Raises FieldErrors for one too large."""
    name = clean_name(upload.filename or "")
    max_mb = min(20, runtime().settings.max_upload_mb)
    if _size(upload.stream) > max_mb * _MB:
        raise FieldErrors([FieldProblem("file", "file_too_big", {"max_size_mb": max_mb})])
    return _store(name, sniffed(upload.stream, name), upload.stream, max_mb * _MB)


def field_to_upload(form: Form, name: FieldId, actor: Actor) -> Field:
    """A field of files that the actor may see. Whether they may change it, the submit decides."""
    field = form.fields.get(name)
    rights = gate.field_rights(form, actor)
    if field is None or field.type.widget != "file" or name in rights.hidden | rights.masked:
        raise NotFound(f"field {name}")
    return field


def clean_name(name: str) -> str:
    """The last part of a file's name without control characters; never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return shown[-_LONGEST_NAME:] or "file"


def sniffed(stream: IO[bytes], name: str) -> str:
    """The media type that the first bytes show; the name is only believed for plain text."""
    head = stream.read(_SNIFFED_BYTES)
    stream.seek(0)
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return str(found)
    return _text_type(name) if _is_text(head) else "application/octet-stream"


def _text_type(name: str) -> str:
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _is_text(head: bytes) -> bool:
    try:
        # A character may be cut at the end of the head.
        text = head.decode("utf-8", "ignore" if len(head) == _SNIFFED_BYTES else "strict")
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\r\n\t" for sign in text)


def _is_accepted(media_type: str, accepted: Iterable[str]) -> bool:
    return any(
        media_type == one or (one.endswith("/*") and media_type.startswith(one[:-1]))
        for one in accepted
    )


def _size(stream: IO[bytes]) -> int:
    size_bytes = stream.seek(0, 2)
    stream.seek(0)
    return size_bytes


def _store(name: str, media_type: str, stream: IO[bytes], max_bytes: int) -> FileInfo:
    file = FileId(runtime().ids.new())
    size_bytes, sha256 = runtime().files.save(file, cast(BinaryIO, stream), max_bytes=max_bytes)
    info = FileInfo(file, name, media_type, size_bytes, sha256)
    owner = user_id()
    runtime().store.run(lambda unit: unit.registry.add_file(info, owner, unit.now))
    return info
