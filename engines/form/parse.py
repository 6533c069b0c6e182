"""Forms out of a definition: first the outline of each, then, knowing all outlines, the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.diagnostics import Problems
from engines.expression.scope import Scope
from engines.form.compute import dependents_of, linked_keys_of, steps_of
from engines.form.conditions import Compiler
from engines.form.fieldtype import FieldType
from engines.form.layout import parse_layout
from engines.form.model import Field, Form
from engines.form.outline import FormOutline, Forms, OutlineContext, outline_form
from engines.form.parse_access import SectionParser
from engines.form.parse_field import FieldParser
from engines.template import Template, TemplateError, compile_template, report_template
from engines.values import FieldId, FormId, LocaleText, locale_text

__all__ = ["FormOutline", "OutlineContext", "compile_form", "outline_form"]


def compile_form(
    outline: FormOutline,
    outlines: Mapping[FormId, FormOutline],
    scope: Scope,
    problems: Problems,
) -> Form:
    """The compiled form; what is wrong with it is added to `problems`.

    `scope` has record (of this form), old, user, now and today.
    """
    compiler = Compiler(scope, problems)
    parser = FieldParser(outline, outlines, compiler)
    placeable = [one.id for one in outline.fields.values() if not one.is_system]
    laid_out = parse_layout(
        outline.data.get("layout"),
        (*outline.path, "layout"),
        placeable,
        compiler,
        outline.context.locales,
    )
    fields = {
        one.id: parser.field(one, laid_out.shown_when.get(one.id, ()))
        for one in outline.fields.values()
    }
    sections = SectionParser(outline, fields, compiler, Forms(outline.id, outlines))
    access = sections.access()
    steps = steps_of(fields, outline.path, problems)
    data = outline.data
    return Form(
        id=outline.id,
        title=outline.title,
        title_plural=_plural(outline, data),
        icon=str(data.get("icon") or "form"),
        is_subject=data.get("subject") is True,
        name=_name(outline, scope, problems),
        fields=fields,
        layout=laid_out.blocks,
        access=access,
        views=sections.views(),
        steps=steps,
        dependents=dependents_of(steps),
        linked_keys=linked_keys_of(fields.values(), access.values()),
        **_laid_ready(fields),
    )


def _laid_ready(fields: Mapping[FieldId, Field]) -> dict[str, Any]:
    """What `submit` walks and looks up."""
    own = [one for one in fields.values() if not one.is_system]
    answerable = tuple(one for one in own if one.takes_answers)
    patterns = ((one.id, one.type.numbered(one.options)) for one in own)
    has_checks = [one for one in own if type(one.type).check is not FieldType.check]
    settled = [one for one in own if type(one.type).settle is not FieldType.settle]
    return {
        "readers": {str(one.id): (one.type.read, one.options) for one in answerable},
        "checkers": {one.id: (one.type.check, one.options) for one in has_checks},
        "settlers": {str(one.id): (one.type.settle, one.options) for one in settled},
        "answerable": answerable,
        "defaults": tuple(one for one in answerable if one.default is not None),
        "required": tuple(one for one in answerable if one.required is not False),
        "readonly": tuple(one for one in answerable if one.readonly is not False),
        "checked": tuple(one for one in own if one.checks),
        "unique": tuple(one for one in own if one.is_unique),
        "serials": tuple((field, pattern) for field, pattern in patterns if pattern),
        "stored": tuple(one.id for one in own if one.is_stored),
    }


def _plural(outline: FormOutline, data: Mapping[str, Any]) -> LocaleText:
    written = data.get("title_plural")
    return locale_text(written, "", outline.context.locales) if written else outline.title


def _name(outline: FormOutline, scope: Scope, problems: Problems) -> Template | None:
    written = outline.data.get("name")
    if written is None:
        return None
    own = scope.form(outline.id)
    # The record's own values only: a name must not change when another record does.
    names = Scope(own.fields if own else {})
    try:
        return compile_template(str(written), html=False, scope=names)
    except TemplateError as error:
        report_template(problems, (*outline.path, "name"), error)
        return None
