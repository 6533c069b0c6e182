"""What templates show, what they name, and how mistakes in them are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.template import TemplateError, compile_template
from engines.template.filters import FILTERS, filter_reference
from tests.support import vectors

SHOWN = [
    ("Ticket {{ record.subject }}", "Ticket Please Refund order 4711"),
    ("{{ record.customer.phone }}", "13912345678"),
    ("{{ record.refund }}", "12.50 CNY"),
    ("{{ record.refund.amount|number(1) }}", "12.5"),
    ("{{ record.refund|money }}", "12.50 CNY"),
    ("{{ record.price|money }}", "19.90"),
    ("{{ 1234567.125|number(2) }}", "1,234,567.13"),
    ("{{ 1234567|number }}", "1,234,567"),
    ("{{ record.n }}{{ record.vip }}{{ old.status }}", "7truewaiting"),
    ("{{ record.solved|datetime }}", "2026-03-02 23:30"),
    ("{{ record.solved|date }}", "2026-03-02"),
    ("{{ record.created }}", "2026-03-02 15:00"),
    ("{{ record.due }}", "2026-03-05"),
    ("{{ record.length|duration }}", "1h 30m"),
    ("{{ record.tags }}", "vip, new"),
    ("{{ record.tags|join('; ')|upper }}", "VIP; NEW"),
    ("{{ record.tags|first }} {{ record.tags|last }} {{ record.tags|length }}", "vip new 2"),
    ("{{ record['subject']|truncate(8) }}", "Please …"),
    ("{{ record.subject|lower|replace('please', 'pls')|title }}", "Pls Refund Order 4711"),
    ("{{ '  a '|trim }}", "a"),
    ("{{ user.name|e }}", "Ana"),
    ("{{ record.lines[0].amount|default('-') }}", "2.5"),
    ("{{ 'a' if record.vip else 'b' }}", "a"),
    ("{% if record.n > 3 and record.status == 'new' %}big{% else %}small{% endif %}", "big"),
    ("{% if old.m > 3 %}a{% elif record.status in ['new'] %}b{% endif %}", "b"),
    ("{% if 1 < record.n < 5 %}a{% else %}b{% endif %}", "b"),
    ("{% if record.n == none %}a{% endif %}", ""),
    (
        "{% for l in record.lines %}{{ loop.index }}{{ l.name|default('?') }}={{ l.amount }};"
        "{% endfor %}",
        "1a=2.5;2b=;3?=4;",
    ),
    ("{% for l in record.lines if l.amount > 3 %}{{ l.amount }}{% else %}none{% endfor %}", "4"),
    ("line\n{# comment #}end\n", "line\nend\n"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), SHOWN)
def test_template_shows_facts_as_text(source: str, text: str) -> None:
    template = compile_template(source, html=False, scope=vectors.scope())

    assert template.render(vectors.facts("full")) == text


@pytest.mark.parametrize(("source", "_text"), SHOWN)
def test_template_renders_on_a_record_without_values(source: str, _text: str) -> None:
    template = compile_template(source, html=False, scope=vectors.scope())

    assert isinstance(template.render(vectors.facts("blank")), str)


def test_template_names_every_fact_it_shows() -> None:
    template = compile_template(
        "{{ record.customer.phone }}{% if record.n > 1 %}{{ user.name|upper }}{% endif %}"
        "{% for l in record.lines %}{{ l.name }}{{ old.status }}{% endfor %}",
        html=False,
        scope=vectors.scope(),
    )

    assert template.paths == {
        ("record", "customer.phone"),
        ("record", "n"),
        ("record", "lines"),
        ("user", "name"),
        ("old", "status"),
    }


@pytest.mark.parametrize(
    ("source", "code", "line", "says", "hint"),
    [
        ("{{ record.subjct }}", "T005", 1, "no field 'subjct'", "Did you mean 'subject'?"),
        ("a\n{{ recrd.x }}", "T004", 2, "unknown name 'recrd'", "Did you mean 'record'?"),
        ("{{ subject }}", "T004", 1, "unknown name 'subject'", "Write record.subject."),
        ("{{ record.subject|uper }}", "T006", 1, "unknown filter", "Did you mean 'upper'?"),
        ("{% if record.n is nonee %}{% endif %}", "T007", 1, "unknown test", "'none'"),
        ("{{ record.subject.upper() }}", "T003", 1, "a call", "Use a filter"),
        ("{% for a in record.subject %}{% endfor %}", "T008", 1, "runs over a list", ""),
        ("{% for l in record.lines %}{{ l.nme }}{% endfor %}", "T005", 1, "'nme'", "'name'"),
        ("{{ record.n", "T001", 1, "", ""),
        ("{{ a }}" * 900, "T002", 1, "too large", ""),
    ],
    ids=lambda one: str(one)[:40],
)
def test_mistake_is_told_with_line_and_suggestion(
    source: str, code: str, line: int, says: str, hint: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(source, html=False, scope=vectors.scope())

    found = refused.value.problems[0]
    assert (found.code, found.line) == (code, line)
    assert says in found.message
    assert hint in found.hint


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(TemplateError) as refused:
        compile_template(
            "{{ record.subjct }}\n{{ recrd }}\n{{ record.pric }}",
            html=False,
            scope=vectors.scope(),
        )

    assert [one.line for one in refused.value.problems] == [1, 2, 3]


def test_negative_and_zero_durations_are_written_out() -> None:
    template = compile_template("{{ a|duration }} {{ b|duration }}", html=False, scope=None)

    text = template.render({"a": timedelta(hours=-26), "b": timedelta()})

    assert text == "-1d 2h 0s"


def test_every_filter_is_documented() -> None:
    reference = filter_reference()

    assert [name for name in FILTERS if f"| `{name}` |" not in reference] == []
