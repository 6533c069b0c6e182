"""The Flask application: its limits, its routes, its guard. Serves what `runtime` can do."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from flask import Blueprint, Flask, Response

from runtime.accounts import Accounts
from runtime.ports import Unavailable
from runtime.web import rendering
from runtime.web.api import API_BLUEPRINTS
from runtime.web.asked import Request
from runtime.web.assets import assets
from runtime.web.errors import answer_errors
from runtime.web.front import Front, Json
from runtime.web.guard import watch
from runtime.web.headers import Covered, allow_own_scripts
from runtime.web.health import health
from runtime.web.limits import Limits, Turnstile
from runtime.web.logs import Noted
from runtime.web.pages import PAGE_BLUEPRINTS
from runtime.web.reception import Reception
from runtime.web.routes import route_lines
from runtime.web.specialise import FormTemplates
from runtime.web.visitor import current_request

if TYPE_CHECKING:
    from runtime.web.needs import Runtime

_log = logging.getLogger("dougong.web")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def make_app(
    runtime: Runtime, blueprints: Iterable[Blueprint] = (), limits: Limits | None = None
) -> Flask:
    """The application, with further blueprints (the designer's) under the same guard.

    Raises BugError when a route declares no permission, or a hook of Flask's would be silent.
    """
    app = Front("runtime.web")
    _configure(app, runtime)
    for blueprint in (health, assets, *PAGE_BLUEPRINTS, *API_BLUEPRINTS, *blueprints):
        app.register_blueprint(blueprint)
    route_lines(app)
    watch(app, runtime)
    answer_errors(app)
    rendering.prepare(app)
    _finish_answers(app, runtime)
    app.require_no_hooks()
    _put_turnstile(app, runtime, limits or Limits())
    return app


def _configure(app: Flask, runtime: Runtime) -> None:
    base = urlsplit(runtime.settings.base_url)
    app.extensions["dougong"] = runtime
    app.extensions["dougong_form_templates"] = FormTemplates()
    app.json = Json(app)
    app.config.update(
        TRUSTED_HOSTS=[base.hostname, *_LOOPBACK] if base.hostname else list(_LOOPBACK),
        DOUGONG_SECURE=base.scheme == "https",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False


def _finish_answers(app: Front, runtime: Runtime) -> None:
    def finish(response: Response) -> Response:
        allow_own_scripts(response)
        asked = current_request()
        if asked.session_used is None and asked.token_used is None:
            return response
        try:
            _note_use(runtime.accounts, asked)
        except Unavailable as error:  # the answer stands; only the time of use is not kept
            _log.warning("the time of use was not kept: %s", error)
        return response

    app.after = finish


def _note_use(accounts: Accounts, asked: Request) -> None:
    session, asked.session_used = asked.session_used, None
    if session is not None:
        accounts.note_use(session)
    token, asked.token_used = asked.token_used, None
    if token is not None:
        accounts.note_token_use(token)


def _put_turnstile(app: Flask, runtime: Runtime, limits: Limits) -> None:
    reception = Reception(app.wsgi_app, runtime.settings.threads, turns=runtime.store.turns)
    noted = Noted(reception, runtime.clock, runtime.ids)
    turnstile = Turnstile(noted, runtime.clock, limits, runtime.settings.trusted_proxies)
    covered = Covered(turnstile, is_https=bool(app.config["DOUGONG_SECURE"]))
    app.wsgi_app = covered  # type: ignore[method-assign]  # Flask's own way to wrap it
