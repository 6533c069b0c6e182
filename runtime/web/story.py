"""A record's timeline as a conversation: what people did in full, what machines did in one line.

"Why?" is the trace, one sentence a step, behind the same gate as the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from engines.form.display import Display, plain_text
from engines.form.model import Field
from engines.messages import TraceStep
from engines.values import AppId, Value
from runtime.access.shown import Explanation, FieldChange, TimelineEntry
from runtime.web.asked import Visitor
from runtime.web.catalogue import Catalogue
from runtime.web.slots import text_of

_ACTS = frozenset(
    {"RecordCreated", "RecordChanged", "RecordDeleted", "CopySent", "CopyRead", "FlowSteered"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, in words."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the story."""

    who: str
    at: datetime
    is_machine: bool
    is_act: bool  # the sentence goes on from the name of who did it
    sentence: str
    comment: str
    changes: tuple[Change, ...]
    why: tuple[str, ...]


def told(entries: Iterable[TimelineEntry], app: AppId, seer: Visitor) -> list[Told]:
    """The story of a record, newest first."""
    return [_told(entry, app, seer) for entry in entries]


def _told(entry: TimelineEntry, app: AppId, seer: Visitor) -> Told:
    display = Display(seer.locale, seer.display.zone, entry.names)
    is_comment = entry.kind == "TaskClosed"
    detailed = f"story.{entry.kind}_to"
    is_detailed = bool(entry.subject) and detailed in seer.words.messages
    sentence = seer.words.say(
        detailed if is_detailed else f"story.{entry.kind}",
        subject=_subject(entry, seer.words),
        detail="" if is_comment else entry.detail,
    )
    return Told(
        who=entry.by_name or seer.words.say("story.system"),
        at=entry.at,
        is_machine=entry.is_machine,
        is_act=entry.kind in _ACTS,
        sentence=sentence,
        comment=entry.detail if is_comment else "",
        changes=tuple(_change(one, app, display, entry) for one in entry.changes),
        why=_why(entry.explanation, app, seer, entry.names)
        if entry.explanation is not None
        else (),
    )


def _subject(entry: TimelineEntry, words: Catalogue) -> str:
    """What the entry speaks of; of what was done beside a flow's tasks the word for it."""
    steered = f"steered.{entry.subject}"
    is_steering = entry.kind == "FlowSteered" and steered in words.messages
    return words.say(steered) if is_steering else entry.subject


def _change(one: FieldChange, app: AppId, display: Display, entry: TimelineEntry) -> Change:
    return Change(
        title=one.field.title.in_locale(display.locale),
        before=_written(one, one.before, app, display) if entry.kind != "RecordCreated" else "",
        after=_written(one, one.after, app, display),
    )


def _written(one: FieldChange, value: object, app: AppId, display: Display) -> str:
    # A masked value is text whatever the field holds.
    is_masked = isinstance(value, str) and "***" in value
    try:
        return text_of(one.field, value, app, display, is_masked=is_masked)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # from before the field took another kind, whose control cannot write it: told as it was
        return plain_text(value, display)


def _why(why: Explanation, app: AppId, seer: Visitor, names: Mapping[str, str]) -> tuple[str, ...]:
    display = Display(seer.locale, seer.display.zone, names)
    return tuple(_step(step, why, app, display, seer.words) for step in why.trace.steps)


def _step(
    step: TraceStep, why: Explanation, app: AppId, display: Display, words: Catalogue
) -> str:
    key = f"why.{step.what}"
    known = key if key in words.messages else "why.other"
    subject = why.titles.get(step.subject, step.subject)
    sentence = words.say(known, subject=subject, what=step.what.replace("_", " "))
    parts = [_read(path, value, why, app, display, words) for path, value in step.seen]
    seen = words.say("word.list_sign").join(parts)
    return words.say("why.seen", sentence=sentence, seen=seen) if seen else sentence


def _read(
    path: str, value: Value, why: Explanation, app: AppId, display: Display, words: Catalogue
) -> str:
    """`Customer, Tier: Gold`; what was read of no field by a word of ours."""
    fields = why.fields.get(path, ())
    if not fields:
        return f"{words.say(f'seen.{path}')}: {plain_text(value, display)}"
    title = words.say("word.list_sign").join(one.title.in_locale(display.locale) for one in fields)
    is_whole = path.count(".") == len(fields)
    shown = _text(fields[-1], value, app, display) if is_whole else plain_text(value, display)
    return f"{title}: {shown or '–'}"


def _text(field: Field, value: Value, app: AppId, display: Display) -> str:
    """A field's value as the field shows it, as text alone."""
    shown = text_of(field, value, app, display)
    return shown.striptags() if isinstance(shown, Markup) else shown
