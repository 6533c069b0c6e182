"""One's own account: name, language, zone, look, password, sessions, API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import available_timezones

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import FieldErrors, FieldProblem
from runtime.web.catalogue import LOCALES
from runtime.web.filling import filled
from runtime.web.guard import LANGUAGE_COOKIE, THEME_COOKIE, is_secure
from runtime.web.redirects import go_to, own_path
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import person, runtime, session, visitor

profile = Blueprint("profile", __name__)

_YEAR_S = 365 * 24 * 3600
_THEMES = ("light", "dark")
# The first that fits: Edge calls itself Chrome too, and Chrome Safari.
_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@route(profile, "/profile", permission=SIGNED_IN)
def show() -> str:
    """The visitor's account."""
    return _page({}, "")


@route(profile, "/profile", permission=SIGNED_IN, methods=["POST"])
def save() -> AnyResponse:
    """Change name, language and zone."""
    try:
        changed = replace(
            person(), name=_name(), locale=_locale(), time_zone=_zone(), revision=person().revision
        )
    except FieldErrors as error:
        return make_response(_page(filled({}, error).problems, ""), 422)
    runtime().accounts.change_user(changed)
    return go_to("/profile?done=saved")


@route(profile, "/profile/look", permission=SIGNED_IN, methods=["POST"])
def look() -> AnyResponse:
    """Change the theme of this browser or one's language, and stay on the page."""
    response = go_to(own_path(request.form.get("next")))
    locale, theme = request.form.get("locale"), request.form.get("theme")
    if locale in LOCALES:
        runtime().accounts.change_user(replace(person(), locale=str(locale)))
        _remember(response, LANGUAGE_COOKIE, str(locale))
    if theme in _THEMES:
        _remember(response, THEME_COOKIE, str(theme))
    elif theme is not None:
        response.delete_cookie(THEME_COOKIE)
    return response


@route(profile, "/profile/password", permission=SIGNED_IN, methods=["POST"])
def change_password() -> AnyResponse:
    """Change one's password; every other session ends."""
    old, new = request.form.get("old_password", ""), request.form.get("password", "")
    try:
        runtime().accounts.change_password(person(), old, new, session())
    except FieldErrors as error:
        return make_response(_page(filled({}, error).problems, ""), 422)
    return go_to("/profile?done=password_changed")


@route(profile, "/profile/sessions/end", permission=SIGNED_IN, methods=["POST"])
def end_sessions() -> AnyResponse:
    """Sign out everywhere but here."""
    runtime().accounts.end_other_sessions(person().id, session())
    return go_to("/profile?done=sessions_ended")


@route(profile, "/profile/sessions/<place>/end", permission=SIGNED_IN, methods=["POST"])
def end_session(place: str) -> AnyResponse:
    """Sign out at one other place."""
    runtime().accounts.end_session(person().id, place)
    return go_to("/profile?done=session_ended")


@route(profile, "/profile/tokens/<token>/revoke", permission=SIGNED_IN, methods=["POST"])
def revoke_token(token: str) -> AnyResponse:
    """End an API token of one's own."""
    session()  # a token cannot end tokens
    runtime().accounts.revoke_token(token, person().id)
    return go_to("/profile?done=token_revoked")


@route(profile, "/profile/tokens", permission=SIGNED_IN, methods=["POST"])
def new_token() -> AnyResponse:
    """Make an API token; it is shown on this one page and never again."""
    session()  # a token cannot make tokens
    scopes = request.form.getlist("scopes")
    try:
        token = runtime().accounts.new_token(person().id, request.form.get("name", ""), scopes)
    except FieldErrors as error:
        return make_response(_page(filled({}, error).problems, ""), 422)
    return make_response(_page({}, token), 201)


def device_of(user_agent: str) -> str:
    """`Firefox, Windows` of what a browser says of itself; what says neither, shortened."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(one for one in (browser, system) if one) or user_agent[:40]


def _page(problems: Mapping[str, str], token: str) -> str:
    title = visitor().words.say("shell.profile")
    return page(
        "profile.html",
        Crumb(title),
        here="/profile",
        problems=problems,
        token=token,
        zones=sorted(available_timezones()),
        sessions=runtime().accounts.sessions(person().id),
        tokens=runtime().accounts.tokens(person().id),
        device=device_of,
        current=session().id,
    )


def _name() -> str:
    name = request.form.get("name", "").strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise FieldErrors([FieldProblem("name", "required")])
    return name


def _locale() -> str:
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise FieldErrors([FieldProblem("locale", "unknown_option", {"value": locale[:20]})])
    return locale


def _zone() -> str:
    zone = request.form.get("time_zone", "")
    if zone not in available_timezones():
        raise FieldErrors([FieldProblem("time_zone", "unknown_option", {"value": zone[:60]})])
    return zone


def _remember(response: AnyResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_S, secure=is_secure(), httponly=True, samesite="Lax"
    )
