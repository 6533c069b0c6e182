"""What a timer is for, in the reader's words. What it names is looked up elsewhere."""

from __future__ import annotations

from typing import Any

from runtime.access.told_timers import ToldTimer
from runtime.web.catalogue import Catalogue


def timer_text(told: ToldTimer, words: Catalogue, locale: str) -> str:
    """`Due time of the step Check`, without the record it is about."""
    subject = told.subject.in_locale(locale) if told.subject is not None else "–"
    return words.say(f"operate.timer_{told.kind}", subject=subject, name=told.name)


def waits_for(told: ToldTimer, words: Catalogue, locale: str) -> dict[str, Any]:
    """The same as data, beside its words: `{"kind": "due", "text": …, "title": "Check", …}`."""
    return {
        "kind": told.kind,
        "text": timer_text(told, words, locale),
        "title": told.subject.in_locale(locale) if told.subject is not None else None,
        "flow": told.flow.in_locale(locale) if told.flow is not None else None,
        "name": told.name or None,
        "form": told.form,
        "record": told.record,
        "record_title": told.record_title,
    }
