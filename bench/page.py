"""A form page of 30 fields with values and two problems: ours specialised, against Flask-WTF.

    python -m bench.page

Both render labels, help, controls with values and the problems of two fields; ours counts the
work from values to HTML too. Interleaved, median of 5, CPU seconds.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from statistics import median
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from bench.result import Result, report
from engines.form.display import Display
from engines.form.visible import states
from engines.values import AppId, FieldId
from runtime.access.shown import FormPage
from runtime.web.slots import Filled, sections_to_edit, slots_to_edit
from runtime.web.specialise import specialised
from tests.support.forms import a_form, facts

ROUNDS = 5
FIELDS = 30
GOAL, FINAL_GOAL = 5.0, 20.0
HELP = "What it means"
CHOICES = [("low", "Low"), ("medium", "Medium"), ("high", "High"), ("urgent", "Urgent")]
PROBLEMS = {"text_0": "Use at most 20 characters.", "select_3": "Choose one of the options."}


def main() -> int:
    """Print pages a CPU second of both and the ratio; fail below the goal."""
    ours, theirs = our_page(), their_page()
    check(ours(), theirs())
    rates = [(rate(ours, 400), rate(theirs, 40)) for _ in range(ROUNDS)]
    mine, other = median(one for one, _ in rates), median(one for _, one in rates)
    ratio = median(one / two for one, two in rates)
    return report(
        Result(
            "page of 30 fields",
            ratio,
            "x",
            final=FINAL_GOAL,
            now=GOAL,
            ours=f"{mine:,.0f}/CPU-s",
            reference=f"Flask-WTF {other:,.0f}/CPU-s",
        )
    )


def rate(render: Any, times: int) -> float:
    """Pages a CPU second."""
    began_s = process_time()
    for _ in range(times):
        render()
    return times / (process_time() - began_s)


def kind_of(number: int) -> str:
    """What the field of a number is: six kinds in turn."""
    return ("text", "textarea", "decimal", "select", "checkbox", "text")[number % 6]


def check(ours: str, theirs: str) -> None:
    """Both pages must hold the same controls, values and problems."""
    for page in (ours, theirs):
        assert page.count("<label") >= FIELDS
        assert all(problem in page for problem in PROBLEMS.values())
        assert page.count("a value of some length") >= 10
        assert len(re.findall(r"<option[^>]*selected", page)) == 5


def our_page() -> Any:
    """Renders the specialised template with values fresh every time."""
    options = ", ".join(f"{key}: {title}" for key, title in CHOICES)
    extra = {"select": f", options: {{{options}}}", "decimal": ", scale: 2"}
    fields = "\n".join(
        f"      {kind_of(n)}_{n}: {{type: {kind_of(n)}, title: Field {n}, help: What it means, "
        f"required: {'true' if n % 5 == 0 else 'false'}{extra.get(kind_of(n), '')}}}"
        for n in range(FIELDS)
    )
    form = a_form(f"app: desk\nforms:\n  ticket:\n    fields:\n{fields}\n")
    template = specialised(form, "en")
    values = {FieldId(f"{kind_of(n)}_{n}"): value_of(n) for n in range(FIELDS)}
    stood = states(form, facts(**values))
    display = Display("en", ZoneInfo("UTC"))
    page = FormPage(form, 1, values, {}, stood, frozenset(form.fields), frozenset())
    filled = Filled({}, PROBLEMS)

    def render() -> str:
        slots = slots_to_edit(page, AppId("desk"), display, lambda _: (), filled)
        return template.render(slots=slots, sections=sections_to_edit(page, slots))

    return render


def value_of(number: int) -> Any:
    """A value of the field's kind."""
    plain = {"decimal": Decimal("12.50"), "select": "medium", "checkbox": True}
    return plain.get(kind_of(number), "a value of some length")


def their_page() -> Any:
    """Makes the form object, sets its values and renders it, as a view does on every request."""
    controls = {
        "text": lambda label, must: StringField(label, [*must, Length(max=100)], description=HELP),
        "textarea": lambda label, must: TextAreaField(label, must, description=HELP),
        "decimal": lambda label, must: DecimalField(label, must, description=HELP),
        "select": lambda label, must: SelectField(label, must, choices=CHOICES, description=HELP),
        "checkbox": lambda label, must: BooleanField(label, must, description=HELP),
    }
    fields = {
        f"{kind_of(n)}_{n}": controls[kind_of(n)](
            f"Field {n}", [DataRequired()] if n % 5 == 0 else []
        )
        for n in range(FIELDS)
    }
    form_class = type("BenchForm", (FlaskForm,), fields)
    app = Flask(__name__)
    app.config.update(SECRET_KEY="bench", WTF_CSRF_ENABLED=False)  # noqa: S106
    template = app.jinja_env.from_string(_THEIRS)
    values = {f"{kind_of(n)}_{n}": value_of(n) for n in range(FIELDS)}

    def render() -> str:
        form = form_class(data=values)
        for name, problem in PROBLEMS.items():
            form[name].errors = [problem]
        return template.render(form=form)

    context = app.test_request_context()
    context.push()
    return render


_THEIRS = """
{% for field in form %}<div class="field">{{ field.label }}
{% if field.description %}
<p class="field__help" id="{{ field.id }}-help">{{ field.description }}</p>{% endif %}
{{ field(class_="input", **{"aria-describedby": field.id ~ "-error"}) }}
{% for error in field.errors %}<p class="field__error">{{ error }}</p>{% endfor %}</div>
{% endfor %}
"""

if __name__ == "__main__":
    sys.exit(main())
