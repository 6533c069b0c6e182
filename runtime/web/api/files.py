"""`/api/v1/<app>/-/files/<form>/<field>`, `…/enclosures` take files; `/-/files/<file>` gives."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from engines.values import FieldId, FormId
from runtime.web.api.shapes import answer
from runtime.web.pages.attachments import sent
from runtime.web.routes import JSON, SIGNED_IN, UPLOAD, route
from runtime.web.uploads import field_to_upload, take, take_enclosure
from runtime.web.visitor import actor_for, live_app

files = Blueprint("api_files", __name__, url_prefix="/api/v1")


@route(
    files,
    "/<app>/-/files/<form>/<field>",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=UPLOAD,
    is_api=True,
    max_bytes=200 * 1024 * 1024,
)
def upload(app: str, form: str, field: str) -> Response:
    """Store one file (`file=`) for a field; 201 with the id that a record's values then name."""
    found = field_to_upload(live_app(app).form(FormId(form)), FieldId(field), actor_for(app))
    given = request.files.get("file")
    if given is None or not given.filename:
        raise BadRequest("no file")
    info = take(found, given)
    data = {"id": info.id, "name": info.name, "type": info.media_type, "size": info.size_bytes}
    return answer(data, 201)


@route(
    files,
    "/<app>/-/enclosures",
    permission=SIGNED_IN,
    methods=["POST"],
    takes=UPLOAD,
    is_api=True,
    max_bytes=200 * 1024 * 1024,
)
def enclose(app: str) -> Response:
    """Store one file (`file=`) that a task is to be finished with; 201 with its id."""
    live_app(app)
    given = request.files.get("file")
    if given is None or not given.filename:
        raise BadRequest("no file")
    info = take_enclosure(given)
    data = {"id": info.id, "name": info.name, "type": info.media_type, "size": info.size_bytes}
    return answer(data, 201)


@route(files, "/-/files/<file>", permission=SIGNED_IN, takes=JSON, is_api=True)
def download(file: str) -> Response:
    """The bytes of a file."""
    return sent(file)
