"""One request as ours sees it: who asks, its body, what it spooled. Decides nothing."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any
from zoneinfo import ZoneInfo

import flask

from engines.form.display import Display
from engines.plain import plain
from engines.values import AppId
from runtime.commands import Actor, Claim
from runtime.live import LiveApp
from runtime.ports import SessionRow, Standing, TokenRow, UserRow
from runtime.web.catalogue import Catalogue, catalogue

_FORM_BYTES = 2 * 1024 * 1024


@plain
class Visitor:
    """One request's person; a stranger has no `user`."""

    user: UserRow | None
    session: SessionRow | None
    scopes: frozenset[str]
    via: str  # session, token, none
    locale: str
    time_zone: str
    theme: str  # light, dark, or "" for what the machine says
    standing: Standing | None = None  # in the app that the address names
    live: int | None = None  # that app's live version
    claim: Claim | None = None  # by which this is known, where the database was not asked

    @property
    def words(self) -> Catalogue:
        """The product's own words in the visitor's language."""
        return catalogue(self.locale)

    @property
    def display(self) -> Display:
        """How values are written for this visitor."""
        return Display(self.locale, ZoneInfo(self.time_zone))

    @property
    def csrf(self) -> str:
        """The token that forms of this session carry."""
        return self.session.csrf if self.session is not None else ""


STRANGER = Visitor(None, None, frozenset(), "none", "en", "UTC", "")


class Request(flask.Request):
    """A request that closes what it spooled, also of a body that was refused half-way.

    Werkzeug lets go of such a file open, for the collector to find. The limits are plain
    attributes: Flask would look each up in its configuration, by way of two proxies.
    """

    max_content_length: int | None = _FORM_BYTES
    max_form_memory_size: int | None = 500_000
    max_form_parts: int | None = 1_000

    visitor: Visitor = STRANGER  # until the guard knows
    session_used: SessionRow | None = None  # by which it knew, where the database was asked
    token_used: TokenRow | None = None
    actors: dict[AppId, tuple[Actor, LiveApp]]  # the visitor in apps; the guard begins it
    _spooled: tuple[IO[bytes], ...] = ()

    def whole_body(self) -> bytes:
        """The body, as often as it is asked. Raises RequestEntityTooLarge.

        What `Reception` has in hand is as long as it should be, and needs no guard of its end.
        """
        held = self.environ["wsgi.input"]
        if isinstance(held, BytesIO) and "HTTP_TRANSFER_ENCODING" not in self.environ:
            data = held.getvalue()
            most = self.max_content_length
            is_whole = self.environ.get("CONTENT_LENGTH") == str(len(data))
            if is_whole and (most is None or len(data) <= most):
                return data
        return self.get_data()

    def _get_file_stream(self, *args: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **more)
        self._spooled = (*self._spooled, stream)
        return stream

    def close(self) -> None:
        """Let go of the temporary files of uploads."""
        for stream in self._spooled:
            stream.close()
