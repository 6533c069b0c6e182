"""Dates, numbers and lengths of time for pages, in the visitor's locale and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from engines.form.display import Display, datetime_text, duration_text, iso_instant
from runtime.web.catalogue import Catalogue

_DAY_S = 86_400
# Beyond this a date says more than "63 days ago".
_RELATIVE_UNTIL = timedelta(days=14)
_STEPS = ((60, "seconds", 1), (3_600, "minutes", 60), (_DAY_S, "hours", 3_600))


def when(instant: datetime, now: datetime, words: Catalogue, display: Display) -> Markup:
    """A `<time>` with how long ago or how soon; the exact instant is read on hover."""
    exact = datetime_text(instant, display)
    near = relative_text(instant, now, words) or exact
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        iso_instant(instant), exact, near
    )


def relative_text(instant: datetime, now: datetime, words: Catalogue) -> str:
    """`5 minutes ago`, `in 2 days`; empty when it is too far away for that."""
    away = instant - now
    if abs(away) > _RELATIVE_UNTIL:
        return ""
    seconds = int(abs(away).total_seconds())
    if seconds < 45:
        return words.say("time.now")
    unit, size = next(
        ((name, size) for most, name, size in _STEPS if seconds < most), ("days", _DAY_S)
    )
    direction = "in" if away > timedelta(0) else "ago"
    return words.say(f"time.{direction}_{unit}", count=max(1, round(seconds / size)))


def due_text(due_at: datetime, now: datetime, words: Catalogue, locale: str) -> str:
    """`2 h left` or `late by 1 d 3 h`, in whole minutes."""
    left = due_at - now
    minutes = timedelta(minutes=abs(left) // timedelta(minutes=1))
    key = "due.left" if left > timedelta(0) else "due.late"
    return words.say(key, time=duration_text(coarse(minutes), locale))


def size_text(size_bytes: int, locale: str) -> str:
    """`340 kB`, `1.2 MB`."""
    amount, unit = float(size_bytes), "B"
    for bigger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    digits = 1 if unit in {"MB", "GB"} and amount < 10 else 0
    text = f"{amount:.{digits}f}"
    return f"{text.replace('.', ',') if locale.startswith('es') else text} {unit}"


def coarse(length: timedelta) -> timedelta:
    """Minutes do not matter beyond a day, hours not beyond a fortnight."""
    if length >= timedelta(days=14):
        return timedelta(days=length.days)
    if length >= timedelta(days=1):
        return timedelta(hours=length // timedelta(hours=1))
    return length
