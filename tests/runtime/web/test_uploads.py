"""What an upload leaves open: nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder, encode_multipart

from runtime.web.asked import Request

SPOOLED = b"x" * 700_000  # more than is kept in memory


@pytest.mark.parametrize("most_parts", [1, 10], ids=["refused half-way", "taken"])
def test_files_spooled_for_a_body_are_closed_with_the_request(most_parts: int) -> None:
    boundary, data = encode_multipart(
        {name: FileStorage(BytesIO(SPOOLED), f"{name}.bin") for name in ("one", "two")}
    )
    kind = f"multipart/form-data; boundary={boundary}"
    builder = EnvironBuilder(method="POST", data=data, content_type=kind)
    request = Request(builder.get_environ())
    request.max_form_parts = most_parts

    try:
        count = len(request.files)
    except RequestEntityTooLarge:
        count = 0
    request.close()

    assert count == (2 if most_parts == 10 else 0)
    assert request._spooled
    assert all(stream.closed for stream in request._spooled)
