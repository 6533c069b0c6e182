"""Which passwords are taken: long ones that nobody would guess. Hashes nothing."""

from __future__ import annotations

from itertools import pairwise

from engines.errors import FieldErrors, FieldProblem

SHORTEST = 10
LONGEST = 200

# What attackers try first, with the digits and signs at either end taken off. No rules about
# kinds of characters: they make passwords worse, not better.
_GUESSED = frozenset(
    {
        "", "abc", "abcdef", "abcdefgh", "admin", "administrator", "asdfgh", "asdfghjkl",
        "changeme", "changemenow", "computer", "default", "dougong", "football", "hello",
        "helloworld", "iloveyou", "letmein", "letmeinnow", "login", "master", "monkey", "passwd",
        "password", "passwort", "contraseña", "princess", "qazwsx", "qwert", "qwerty",
        "qwertyuiop", "qwertz", "secret", "service", "servicedesk", "sunshine", "superman",
        "superuser", "sysadmin", "temporary", "test", "testtest", "trustno",
        "user", "welcome", "welcomeback", "woaini", "zxcvbnm",
    }
)  # fmt: skip


def require_good_password(password: str, *, email: str) -> None:
    """Raise FieldErrors when the password is too short, too long or among the first guesses."""
    if len(password) < SHORTEST:
        raise _refusal("too_short", min=SHORTEST)
    if len(password) > LONGEST:
        raise _refusal("too_long", max=LONGEST)
    if _is_guessable(password.lower(), email.lower()):
        raise _refusal("too_easy")


def _is_guessable(password: str, email: str) -> bool:
    core = password.strip("0123456789!?.,-_#@*$ ")
    is_repeated = len(set(password)) < 4
    is_about_them = bool(core) and core in {email, email.partition("@")[0]}
    return core in _GUESSED or is_repeated or is_about_them or _is_run(password)


def _is_run(password: str) -> bool:
    """Whether it only counts up or down: `1234567890`, `abcdefghij`."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return steps in ({1}, {-1})


def _refusal(code: str, **params: int) -> FieldErrors:
    return FieldErrors([FieldProblem("password", code, params)])
