"""Find the records that texts of a file stand for, many at once, remembering what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engines.expression.compile import compile_expression
from engines.expression.tree import Compare, Comparison, Items, Literal
from engines.expression.types import BOOLEAN, ListOf
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL
from engines.values import FieldId, FormId, RecordId, Value
from runtime.commands import SYSTEM
from runtime.exchange.columns import Lookup
from runtime.exchange.mapping import RECORD_ID
from runtime.facts import USERS, facts_of
from runtime.live import LiveApp
from runtime.ports import Clock, Filter, Reader, RecordQuery

MOST_REMEMBERED = 100_000
AT_ONCE = 100

Found = Mapping[str, str | None]  # text -> id; None: nobody has it, or several have


class Lookups:
    """The links of one import."""

    def __init__(self, app: LiveApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._known: dict[Lookup, dict[str, str | None]] = {}
        self._expected: Mapping[Lookup, Found] = {}

    def expect(self, expected: Mapping[Lookup, Found]) -> None:
        """Records that the import itself will bring; those that are there already go first."""
        self._expected = expected

    def find(self, reader: Reader, lookup: Lookup, texts: Iterable[str]) -> Found:
        """The id behind every text."""
        known = self._known.setdefault(lookup, {})
        expected = self._expected.get(lookup, {})
        if len(known) > MOST_REMEMBERED:
            known.clear()
        new = sorted({text for text in texts if text not in known})
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            found = self._ask(reader, lookup, part)
            known.update({text: found.get(text) or expected.get(text) for text in part})
        return known

    def _ask(self, reader: Reader, lookup: Lookup, texts: list[str]) -> Found:
        if lookup.form == USERS:
            return {text: _person(reader, lookup.by, text) for text in texts}
        if lookup.by == RECORD_ID:
            ids = [RecordId(text) for text in texts]
            records = reader.records.get_many(self._app.table(lookup.form), ids)
            return {text: text for text in texts if RecordId(text) in records}
        return self._by_field(reader, lookup.form, FieldId(lookup.by), texts)

    def _by_field(
        self, reader: Reader, form: FormId, field: FieldId, texts: list[str]
    ) -> dict[str, str | None]:
        by_value = {value: text for text in texts for value in self._values(form, field, text)}
        if not by_value:
            return {}
        query = self._query(form, field, list(by_value))
        found: dict[str, str | None] = {}
        after: str | None = None
        while True:
            page = reader.records.page(self._app.table(form), replace(query, after=after))
            for record in page.records:
                text = by_value.get(record.values.get(field))
                if text is not None:
                    found[text] = None if text in found else record.id
            after = page.next
            if after is None:
                return found

    def _values(self, form: FormId, field: FieldId, text: str) -> list[Value]:
        """The text as a value of the field; none when it cannot be one."""
        one = self._app.form(form).fields[field]
        if not one.takes_answers:
            return [text.strip()]
        try:
            return [one.type.read(text, one.options, NEUTRAL)]
        except Refused:
            return []

    def _query(self, form: FormId, field: FieldId, values: list[Value]) -> RecordQuery:
        scope = self._app.definition.scope(form)
        path = compile_expression(f"record.{field}", scope).tree
        wanted = tuple(Literal(value, path.type) for value in values)
        tree = Compare(Comparison.IN, path, Items(wanted, ListOf(path.type)), BOOLEAN)
        facts = facts_of(self._app, SYSTEM, self._clock.now(), {})
        return RecordQuery(form, (Filter(tree, facts),), limit=200)


def _person(reader: Reader, by: str, text: str) -> str | None:
    directory = reader.directory
    user = directory.user_by_email(text.strip().lower()) if by == "email" else None
    return user.id if user is not None else None
