"""A form page as a person fills it: what was posted and what to show again. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, request
from markupsafe import Markup

from engines.errors import FieldErrors, NotAllowed
from engines.form.answers import answers_from_form
from engines.form.model import Form
from engines.values import AppId, FieldId
from runtime.access.gate import field_rights
from runtime.access.shown import Choice, FormPage
from runtime.web.problems import problem_text
from runtime.web.slots import Filled, sections_to_edit, slots_to_edit, to_fill_and_to_read
from runtime.web.specialise import FormTemplates, is_list, placed_fields
from runtime.web.uploads import take_uploads
from runtime.web.visitor import actor_for, runtime, visitor

_BESIDE = ("comment", "signature", "attachments", "chosen")
_VERSIONS_BACK = 3  # in which a field is looked for that is not there any more
UPDATE = "update"  # the button that applies conditions where there is no JavaScript


def posted(form: Form) -> dict[str, list[str]]:
    """The posted controls of the form's fields, as they were typed.

    What begins with `_` is the page's own: token, key, button. Uploads join their field's ids.
    """
    typed = {key: values for key, values in request.form.lists() if not key.startswith("_")}
    for field, ids in take_uploads(form, request.files).items():
        typed[field] = [*typed.get(field, []), *ids]
    return typed


def answers_of(form: Form, typed: Mapping[str, list[str]]) -> dict[str, object]:
    """The answers that `submit` takes."""
    return answers_from_form(form, typed)


def is_update() -> bool:
    """Whether the person only asked to see the form as it follows from the answers so far."""
    return request.form.get("_act") == UPDATE


def filled(typed: Mapping[str, list[str]], error: FieldErrors | None) -> Filled:
    """What to show again; of several problems of a field the first."""
    problems: dict[str, str] = {}
    for one in error.problems if error is not None else ():
        text = problem_text(visitor().words, one, visitor().display)
        problems.setdefault(one.path.partition(".")[0], text)
    return Filled(typed, problems)


def fields_html(page: FormPage, app: str, filled_in: Filled, *, part: str = "") -> Markup:
    """The fields of a form, through its specialised template; `part` names a field alone."""
    seer = visitor()
    slots = slots_to_edit(page, AppId(app), seer.display, _asker(page, app), filled_in)
    template = form_templates().get(AppId(app), page.version, page.form, seer.locale, part=part)
    return Markup(template.render(slots=slots, sections=sections_to_edit(page, slots)))  # noqa: S704


def task_fields_html(page: FormPage, app: str, filled_in: Filled) -> tuple[Markup, Markup]:
    """The fields of a task's form: those to fill, and what else is known of the record.

    Without anything to fill everything is the first part: it is what there is to judge.
    """
    seer = visitor()
    slots = slots_to_edit(page, AppId(app), seer.display, _asker(page, app), filled_in)
    if all(slot.mode != "edit" for slot in slots.values()):
        return fields_html(page, app, filled_in), Markup()
    template = form_templates().get(AppId(app), page.version, page.form, seer.locale)

    fill, known = to_fill_and_to_read(page, slots)
    sections = sections_to_edit(page, fill)
    first = Markup(template.render(slots=fill, sections=sections))  # noqa: S704
    if all(slot.mode == "gone" for slot in known.values()):
        return first, Markup()
    told = {id_ for id_, veil in sections.items() if not veil}
    facts = {"slots": known, "sections": sections_to_edit(page, known), "told": told}
    return first, Markup(template.render(facts, bare=True))  # noqa: S704


def form_templates() -> FormTemplates:
    """The specialised templates of this process."""
    return cast(FormTemplates, current_app.extensions["dougong_form_templates"])


def problem_lines(page: FormPage, app: str, filled_in: Filled) -> list[dict[str, str]]:
    """The problems gathered at the top, in reading order, each a link to its field.

    Where a field takes no answer any more, with what was typed into it: it stands nowhere else.
    """
    locale = visitor().locale
    placed = [
        name for name in placed_fields(page.form.layout) if not is_list(page.form.fields[name])
    ]
    ordered = [name for name in placed if name in filled_in.problems]
    others = [name for name in filled_in.problems if name not in ordered]
    lines = [
        {
            "anchor": name,
            "title": page.form.fields[FieldId(name)].title.in_locale(locale),
            "message": filled_in.problems[name],
            "typed": "" if _takes(page, FieldId(name)) else _typed(filled_in, name),
        }
        for name in ordered
    ]
    return lines + [
        {
            "anchor": "",
            "title": _beside(name) or _title_before(page, app, name),
            "message": filled_in.problems[name],
            "typed": _typed(filled_in, name),
        }
        for name in others
    ]


def _beside(name: str) -> str:
    """What stands beside a task's form by its name."""
    key = f"task.{name}"
    return visitor().words.say(key) if name in _BESIDE else ""


def _takes(page: FormPage, field: FieldId) -> bool:
    """Whether the field stands on the page as a control that shows what was typed."""
    state = page.states.get(field)
    is_readonly = state is not None and state.readonly
    return field in page.editable and page.form.fields[field].takes_answers and not is_readonly


def _typed(filled_in: Filled, name: str) -> str:
    """What was typed into all controls of a field, a line each."""
    texts = [
        text
        for key, values in filled_in.typed.items()
        if key == name or key.startswith(f"{name}.")
        for text in values
    ]
    return "\n".join(text for text in texts if text.strip())


def _title_before(page: FormPage, app: str, name: str) -> str:
    """What a field was called that the form had not long ago; its page was opened then.

    Nothing for a field that this person would not have seen.
    """
    live, locale = runtime().live, visitor().locale
    earlier = range(page.version - 1, max(page.version - 1 - _VERSIONS_BACK, 0), -1)
    with runtime().store.read() as reader:
        for number in earlier:
            form = live.version(reader, AppId(app), number).definition.forms.get(page.form.id)
            if form is None or FieldId(name) not in form.fields:
                continue
            rights = field_rights(form, actor_for(app))
            is_hidden = FieldId(name) in rights.hidden
            return "" if is_hidden else form.fields[FieldId(name)].title.in_locale(locale)
    return ""


def draft_name(app: str, page: FormPage) -> str:
    """Under which name the browser keeps what is typed until it is sent."""
    person = visitor().user
    who = person.id if person is not None else ""
    return f"draft:{who}:{app}:{page.form.id}:{page.record or 'new'}:{page.version}"


def sensitive(form: Form) -> list[str]:
    """Fields whose answers never stay in the browser."""
    return [one.id for one in form.fields.values() if one.is_encrypted or one.is_personal]


def no_file(field: str) -> dict[str, Any]:
    """The refusal of an upload without a file."""
    words = visitor().words
    problem = {"path": field, "message": words.say("problem.not_a_file"), "hint": ""}
    message = words.say("error.422.what")
    return {"error": {"code": "refused_answers", "message": message, "problems": [problem]}}


def _asker(page: FormPage, app: str) -> Any:
    def choices(field: FieldId) -> tuple[Choice, ...]:
        try:
            return runtime().reading.lookup(actor_for(app), AppId(app), page.form.id, field, "")
        except NotAllowed:
            return ()  # who may read none of the linked records has none to choose from

    return choices
