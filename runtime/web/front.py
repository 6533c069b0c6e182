"""Flask with what never differs between our requests decided once. Knows no route.

No cookie session of Flask's (ours are in the database), hosts that were found trusted are
remembered, no view is a coroutine, no address is made from an endpoint, plain addresses are found
in a table, and JSON is written by orjson. One function before a view, one around and one after it
stand for Flask's tables of them, which must be empty; its signals, which nobody hears, are not
sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request
from flask.json.provider import JSONProvider
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter, Rule
from werkzeug.wsgi import get_host

from engines.errors import BugError
from runtime.web.asked import Request
from runtime.web.plain_rules import PlainRules

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask.typing import ResponseReturnValue
    from flask.wrappers import Request as FlaskRequest

_NEVER_CALLED = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_value_preprocessors",
)
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

    def require_no_hooks(self) -> None:
        """Raise BugError where something registered with Flask would never be called."""
        for name in _NEVER_CALLED:
            if any(getattr(self, name).values()):
                raise BugError(f"{name} of Flask are not called; see runtime/web/front.py")
        if self.teardown_appcontext_funcs:
            raise BugError("teardown_appcontext_funcs of Flask are not called")

    @cached_property
    def plain_rules(self) -> PlainRules:
        """Of all addresses; Flask takes no more of them once a request was seen."""
        return PlainRules(self.url_map.iter_rules())

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Of our kind."""
        return _RequestContext(self, environ)

    def app_context(self) -> AppContext:
        """Of our kind."""
        return _AppContext(self)

    def full_dispatch_request(self) -> Response:
        """What is before the view, the view, what is after it; or the answer to their errors."""
        self._got_first_request = True
        try:
            answer = self.before()
            if answer is None:
                answer = self.dispatch(self.dispatch_request)
        except Exception as error:  # noqa: BLE001  Flask knows who answers it
            answer = self.handle_user_exception(error)
        return self.finalize_request(answer)

    def dispatch_request(self) -> ResponseReturnValue:
        """What the view answers."""
        asked = _cv_request.get().request
        if asked.url_rule is None or asked.method == "OPTIONS":
            return super().dispatch_request()
        view: Callable[..., Any] = self.view_functions[asked.url_rule.endpoint]
        answer: ResponseReturnValue = view(**(asked.view_args or {}))
        return answer

    def finalize_request(
        self,
        rv: ResponseReturnValue,
        from_error_handler: bool = False,  # noqa: FBT001, FBT002  Flask's own
    ) -> Response:
        """The answer as it is sent."""
        response = rv if isinstance(rv, Response) else self.make_response(rv)
        try:
            return self.after(response)
        except Exception:
            if not from_error_handler:
                raise
            self.logger.exception("what is after a request failed for the answer to an error")
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing: the context closes its request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view of ours is a coroutine, and Flask looks anew at every call."""
        return func

    def create_url_adapter(self, request: FlaskRequest | None) -> MapAdapter | None:
        """Bind the addresses to a request. Raises SecurityError for a host that is not ours."""
        if request is None:
            return None
        host = self._trusted_host(request)
        request.__dict__["host"] = host  # as Flask itself does here, by way of a descriptor
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


class _RequestContext(RequestContext):
    """One request's: plain addresses are found in the table."""

    def match_request(self) -> None:
        """Say which rule the address matches, or whose answer it gets."""
        asked, front = self.request, self.app
        found = front.plain_rules.find(asked.path, asked.method)  # type: ignore[attr-defined]
        if found is None:
            super().match_request()
        else:
            asked.url_rule, asked.view_args = found


class _AppContext(AppContext):
    """One request's, or none's, without signals and addresses of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.url_adapter = None
        self.g = app.app_ctx_globals_class()
        self._cv_tokens = []

    def push(self) -> None:
        self._cv_tokens.append(_cv_app.set(self))

    def pop(self, exc: BaseException | None = None) -> None:
        _cv_app.reset(self._cv_tokens.pop())
