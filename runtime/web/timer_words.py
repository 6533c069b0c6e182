"""What a timer is for, in the reader's words. What it names is looked up elsewhere."""

from __future__ import annotations

from runtime.access.told_timers import ToldTimer
from runtime.web.catalogue import Catalogue


def timer_text(told: ToldTimer, words: Catalogue, locale: str) -> str:
    """`Due time of the step Check`, without the record it is about."""
    subject = told.subject.in_locale(locale) if told.subject is not None else "–"
    return words.say(f"operate.timer_{told.kind}", subject=subject, name=told.name)
