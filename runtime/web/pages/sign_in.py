"""Signing in and out: by password, by one-time link."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotAllowed
from runtime.sign_in import SignedIn, SignInRefused, TooManyAttempts, Visit
from runtime.web.guard import is_secure, session_cookie
from runtime.web.limits import CLIENT
from runtime.web.redirects import go_to, own_path
from runtime.web.routes import PUBLIC, SIGNED_IN, route
from runtime.web.visitor import runtime, session, visitor

sign_in = Blueprint("sign_in", __name__)

_WEEK_S = 7 * 24 * 3600


@route(sign_in, "/sign-in", permission=PUBLIC)
def ask() -> str | AnyResponse:
    """The sign-in page; somebody who is signed in goes on."""
    wanted = own_path(request.args.get("next"))
    if visitor().user is not None:
        return go_to(wanted)
    return _door("", wanted)


@route(sign_in, "/sign-in", permission=PUBLIC, methods=["POST"])
def answer() -> AnyResponse:
    """Open a session for a right address and password."""
    wanted = own_path(request.form.get("next"))
    email = request.form.get("email", "")[:320]
    try:
        signed_in = runtime().accounts.sign_in(email, request.form.get("password", ""), _visit())
    except TooManyAttempts as error:
        page = make_response(_door(visitor().words.say("sign_in.too_many"), wanted, email), 429)
        page.headers["Retry-After"] = str(error.retry_after_s)
        return page
    except SignInRefused:
        return make_response(_door(visitor().words.say("sign_in.refused"), wanted, email), 401)
    return _opened(signed_in, wanted)


@route(sign_in, "/sign-in/link/<token>", permission=PUBLIC)
def ask_by_link(token: str) -> str:
    """A page with one button: programs that look at links in mails must not spend them."""
    return render_template("sign_in_link.html", refused="")


@route(sign_in, "/sign-in/link/<token>", permission=PUBLIC, methods=["POST"])
def answer_by_link(token: str) -> AnyResponse:
    """Open a session for a one-time link."""
    try:
        signed_in = runtime().accounts.sign_in_by_link(token, _visit())
    except NotAllowed as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        key = "sign_in.too_many" if status == 429 else "sign_in.link_spent"
        page = render_template("sign_in_link.html", refused=visitor().words.say(key))
        return make_response(page, status)
    return _opened(signed_in, "/")


@route(sign_in, "/sign-out", permission=SIGNED_IN, methods=["POST"])
def leave() -> AnyResponse:
    """End this session and forget what the browser kept of it."""
    runtime().accounts.sign_out(session())
    response = go_to("/sign-in")
    response.delete_cookie(
        session_cookie(), path="/", secure=is_secure(), httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _opened(signed_in: SignedIn, path: str) -> AnyResponse:
    response = go_to(path)
    response.set_cookie(
        session_cookie(),
        signed_in.token,
        max_age=_WEEK_S,
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _door(refused: str, wanted: str, email: str = "") -> str:
    return render_template("sign_in.html", refused=refused, next=wanted, email=email)


def _visit() -> Visit:
    address = str(request.environ.get(CLIENT) or request.remote_addr or "")
    return Visit(address, request.headers.get("User-Agent", ""))
