"""Forms for tests, out of the text an author would write; no app around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from engines.diagnostics import Problems
from engines.expression.scope import Scope
from engines.expression.types import TEXT, LinkType, ListOf, RecordType
from engines.form.catalog import forms_definitions, forms_schema
from engines.form.model import Form
from engines.form.outline import FormOutline, OutlineContext, outline_form
from engines.form.parse import compile_form
from engines.shape import coerce_and_validate
from engines.source.read import read_source
from engines.values import FieldId, FormId, RoleId

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
USER = {"id": "u-ana", "name": "Ana", "email": "ana@example.com", "roles": ["agent"]}


def read_forms(text: str) -> tuple[dict[FormId, Form], list[str]]:
    """The forms under `forms:` of a text, and the sentences of what is wrong, in file order.

    Roles are agent, customer and supervisor; the currency is CNY.
    """
    problems = Problems()
    source = read_source(text, "app.yaml")
    schema = {
        "type": "object",
        "properties": {"forms": forms_schema()},
        "$defs": forms_definitions(),
    }
    data = coerce_and_validate(source, schema, problems)
    forms = _compile(data["forms"], problems)  # type: ignore[index, call-overload]
    return forms, [str(one) for one in problems.sorted(source)]


def a_form(text: str, form: str = "ticket") -> Form:
    """One form of a text that must be right."""
    forms, sentences = read_forms(text)
    assert not sentences, sentences
    return forms[FormId(form)]


def fields_of(form: Form) -> frozenset[FieldId]:
    """Every field of the author's: what somebody may edit who may edit everything."""
    return frozenset(one.id for one in form.own_fields)


def facts(**record: Any) -> dict[str, Any]:
    """Facts of a moment in March, with these keys of the record."""
    return {"record": record, "old": None, "user": USER, "now": NOW, "today": TODAY}


def _compile(data: Mapping[str, Any], problems: Problems) -> dict[FormId, Form]:
    context = OutlineContext(
        problems,
        locales=("en", "zh"),
        currency="CNY",
        forms=frozenset(FormId(one) for one in data),
        roles=frozenset(RoleId(role) for role in ("agent", "customer", "supervisor")),
    )
    outlines = {
        FormId(one): outline_form(FormId(one), form, context) for one, form in data.items()
    }
    return {
        one: compile_form(outline, outlines, scope_of(outline, outlines), problems)
        for one, outline in outlines.items()
    }


def scope_of(outline: FormOutline, outlines: Mapping[FormId, FormOutline]) -> Scope:
    """What the expressions of a form may name."""
    user = RecordType(
        "user",
        {"name": TEXT, "email": TEXT, "roles": ListOf(TEXT), "record": LinkType("customer")},
    )

    def record_type(form: str) -> RecordType | None:
        if form == "user":
            return user
        found = outlines.get(FormId(form))
        return found.record_type(outlines) if found else None

    own = outline.record_type(outlines)
    return Scope({"record": own, "old": own, "user": user}, record_type)
