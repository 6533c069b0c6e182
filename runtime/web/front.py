"""Flask with what never differs between our requests decided once. Knows no route.

No cookie session of Flask's (ours are in the database), hosts that were found trusted are
remembered, no view is a coroutine, no address is made from an endpoint, and JSON is written by
orjson.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter, Rule
from werkzeug.wsgi import get_host

from runtime.web.uploads import Request

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from flask.wrappers import Request as FlaskRequest

_KNOWN_HOSTS = 64  # that were found trusted; a Host header may carry any port


Dispatch = Callable[[Callable[[], "ResponseReturnValue"]], "ResponseReturnValue"]


class Address(Rule):
    """A rule that is compiled for finding only, which is an eighth of the work.

    Building an address from an endpoint, which no page of ours does, is compiled when it is asked.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  Werkzeug's own
        compiled_now = super()._compile_builder
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, *values: Any, **others: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compiled_now(append_unknown))
            return compiled[0](rule, *values, **others)

        return build


class Front(Flask):
    """The application of `runtime/web/app.py`."""

    request_class = Request
    url_rule_class = Address

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.session_interface = _NoSession()
        self._trusted: dict[tuple[str, str], str] = {}
        self.before: Callable[[], ResponseReturnValue | None] = lambda: None
        self.dispatch: Dispatch = lambda view: view()
        self.after: Callable[[Response], Response] = lambda response: response

    def preprocess_request(self) -> ResponseReturnValue | None:
        """One function and no table of them by blueprint."""
        return self.before()

    def dispatch_request(self) -> ResponseReturnValue:
        """By the guard, who may have yet to make sure of something."""
        return self.dispatch(super().dispatch_request)

    def process_response(self, response: Response) -> Response:
        """One function, and no session to be saved."""
        return self.after(response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view of ours is a coroutine, and Flask looks anew at every call."""
        return func

    def create_url_adapter(self, request: FlaskRequest | None) -> MapAdapter | None:
        """Bind the addresses to a request. Raises SecurityError for a host that is not ours."""
        if request is None:
            return None
        host = self._trusted_host(request)
        request.host = host  # as Flask itself does here
        return MapAdapter(
            self.url_map,
            host.lower(),
            request.root_path or "/",
            "",
            request.scheme,
            request.path,
            request.method,
            request.query_string.decode(errors="replace"),
        )

    def _trusted_host(self, request: FlaskRequest) -> str:
        given = request.environ.get("HTTP_HOST", "")
        known = self._trusted.get((request.scheme, given))
        if known is None:
            known = get_host(request.environ, self.config["TRUSTED_HOSTS"])
            if len(self._trusted) >= _KNOWN_HOSTS:
                self._trusted.clear()
            if given:
                self._trusted[request.scheme, given] = known
        return known


class Json(JSONProvider):
    """JSON by orjson, on the way in and out."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=str)
        return Response(body, mimetype="application/json")


class _NoSession(SessionInterface):
    """Flask's session, which nothing of ours uses: the same empty one for all."""

    def __init__(self) -> None:
        self._none = NullSession()

    def open_session(self, app: Flask, request: FlaskRequest) -> NullSession:
        return self._none

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """There is nothing to save."""
