"""What words mean in a list of tasks: titles of steps that have them, records found by them.

The database looks for both at once, however long the list is; here stands only what it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engines.expression.compile import compile_expression
from engines.expression.folding import fold
from engines.expression.types import BOOLEAN
from engines.form.model import Field, Form
from engines.kinds import Shape
from runtime.access.gate import ever, row_filters
from runtime.access.lists import quoted
from runtime.access.processes import step_title
from runtime.access.view import Looking
from runtime.ports import Filter, FormTable, RecordQuery, TaskMatch, TaskStep


def matches_of(looking: Looking, words: str, steps: Iterable[TaskStep]) -> tuple[TaskMatch, ...]:
    """The tasks of which each word stands in the title of the step or is found in the record.

    `steps` are those that the list has. A step in whose title some of the words stand needs only
    the others from the record.
    """
    wanted = [one for one in words.split() if any(char.isalnum() for char in one)]
    if not wanted:
        return ()
    found = [TaskMatch(records=_queries(looking, wanted, steps))]
    for left, some in _by_words_left(looking, wanted, steps).items():
        records = _queries(looking, left, some) if left else None
        found.append(TaskMatch(frozenset(some), records))
    return tuple(one for one in found if one.records != ())


def _by_words_left(
    looking: Looking, wanted: Sequence[str], steps: Iterable[TaskStep]
) -> Mapping[tuple[str, ...], list[TaskStep]]:
    """The steps whose titles have some of the words, by the words that they do not have."""
    found: dict[tuple[str, ...], list[TaskStep]] = {}
    for step in steps:
        flow, node, _ = step
        title = fold(step_title(looking, flow, node).in_locale(looking.actor.locale))
        left = tuple(one for one in wanted if fold(one) not in title)
        if len(left) < len(wanted):
            found.setdefault(left, []).append(step)
    return found


def _queries(
    looking: Looking, words: Sequence[str], steps: Iterable[TaskStep]
) -> tuple[tuple[FormTable, RecordQuery], ...]:
    """The readable records of the forms of some steps in which each word is found."""
    known = looking.app.definition.forms
    forms = [known[form] for form in sorted({form for _, _, form in steps}) if form in known]
    return tuple(
        (looking.app.table(form.id), query)
        for form in forms
        if ever(form, looking.actor, "read")
        for query in _queries_of(looking, form, words)
    )


def _queries_of(looking: Looking, form: Form, words: Sequence[str]) -> Iterable[RecordQuery]:
    rows = row_filters(form, looking.actor, looking.blank_facts(form.id))
    known = tuple(sorted(looking.rights(form).in_clear))
    yield RecordQuery(form.id, any_of=rows, search=" ".join(words), search_in=known)
    named = _in_name(looking, form, words)
    if named:
        yield RecordQuery(form.id, filters=named, any_of=rows)


def _in_name(looking: Looking, form: Form, words: Sequence[str]) -> tuple[Filter, ...]:
    """That each word stands in a text of the record's name, where no view searches in one of them.

    This reads every record, so it is asked only there.
    """
    texts = [one for one in _name_texts(form) if one.id in looking.rights(form).in_clear]
    fields = looking.app.table(form.id).fields
    if all(fields[one.id].is_searched for one in texts):
        return ()
    facts, scope = looking.blank_facts(form.id), looking.app.definition.scope(form.id)
    written = (
        " or ".join(f"contains(record.{one.id}, {quoted(word)})" for one in texts)
        for word in words
    )
    return tuple(
        Filter(compile_expression(one, scope, expect=BOOLEAN).tree, facts) for one in written
    )


def _name_texts(form: Form) -> list[Field]:
    """The texts that the name of a record is made of, as far as the database can look in them."""
    able = [
        one
        for one in form.own_fields
        if one.kind.shape is Shape.FOLDED_TEXT and (not one.is_encrypted or one.is_plain_indexed)
    ]
    if form.name is None:
        return able[:1]
    shown = {root for root, _ in form.name.paths}  # a name calls its fields by themselves
    return [one for one in able if one.id in shown]
