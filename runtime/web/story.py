"""A record's timeline as a conversation: what people did in full, what machines did in one line.

"Why?" is the trace, one sentence a step, behind the same gate as the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engines.form.display import Display
from engines.form.model import Form
from engines.messages import Trace, TraceStep
from engines.values import AppId, FieldId
from runtime.access.shown import FieldChange, TimelineEntry
from runtime.web.slots import text_of
from runtime.web.visitor import Visitor


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
    sentence: str
    comment: str
    changes: tuple[Change, ...]
    why: tuple[str, ...]


def told(entries: Iterable[TimelineEntry], form: Form, app: AppId, seer: Visitor) -> list[Told]:
    """The story of a record, newest first."""
    return [_told(entry, form, app, seer) for entry in entries]


def _told(entry: TimelineEntry, form: Form, app: AppId, seer: Visitor) -> Told:
    display = Display(seer.locale, seer.display.zone, entry.names)
    is_comment = entry.kind == "TaskClosed"
    sentence = seer.words.say(
        f"story.{entry.kind}", subject=entry.subject, detail="" if is_comment else entry.detail
    )
    return Told(
        who=entry.by_name or seer.words.say("story.system"),
        at=entry.at,
        is_machine=entry.is_machine,
        sentence=sentence,
        comment=entry.detail if is_comment else "",
        changes=tuple(_change(one, app, display, entry) for one in entry.changes),
        why=_why(entry.trace, form, app, seer) if entry.trace is not None else (),
    )


def _change(one: FieldChange, app: AppId, display: Display, entry: TimelineEntry) -> Change:
    return Change(
        title=one.field.title.in_locale(display.locale),
        before=_written(one, one.before, app, display) if entry.kind != "RecordCreated" else "",
        after=_written(one, one.after, app, display),
    )


def _written(one: FieldChange, value: object, app: AppId, display: Display) -> str:
    # A masked value is text whatever the field holds.
    is_masked = isinstance(value, str) and "***" in value
    return text_of(one.field, value, app, display, is_masked=is_masked)


def _why(trace: Trace, form: Form, app: AppId, seer: Visitor) -> tuple[str, ...]:
    return tuple(_step(step, form, app, seer) for step in trace.steps)


def _step(step: TraceStep, form: Form, app: AppId, seer: Visitor) -> str:
    seen = _seen(step.seen, form, app, seer)
    key = f"why.{step.what}"
    words = seer.words
    known = key if key in words.messages else "why.other"
    sentence = words.say(known, subject=step.subject, what=step.what.replace("_", " "))
    return words.say("why.seen", sentence=sentence, seen=seen) if seen else sentence


def _seen(seen: Sequence[tuple[str, object]], form: Form, app: AppId, seer: Visitor) -> str:
    parts = []
    for path, value in seen:
        name = FieldId(path.removeprefix("record.").partition(".")[0])
        field = form.fields.get(name)
        if field is not None and path in {f"record.{name}", name}:
            shown = text_of(field, value, app, seer.display)
            parts.append(f"{field.title.in_locale(seer.locale)}: {shown or '–'}")
        else:
            parts.append(f"{path}: {value if value is not None else '–'}")
    return seer.words.say("word.list_sign").join(parts)
