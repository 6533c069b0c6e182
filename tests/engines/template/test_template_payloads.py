"""Hostile templates are refused at publish or rendered within their limits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from markupsafe import Markup

from engines.template import RenderError, TemplateError, compile_template

REFUSED = [
    "{{ s*10**7 }}", "{{ 9**9999999 }}", "{% if 0 %}{{ 9**9999999 }}{% endif %}", "{{ 'a'*10 }}",
    "{{ s + s }}", "{{ s ~ s }}", "{{ '%1000000d' % 1 }}", "{{ s|center(1000000000) }}",
    "{{ s|indent(10000000) }}", "{{ '%s'|format(s) }}", "{{ s.ljust(10) }}", "{{ s|batch(2) }}",
    "{{ '{:>1000000000}'.format(1) }}", "{{ rows|slice(3) }}", "{{ lipsum(n=100000) }}",
    "{{ range(10) }}", "{% for i in range(99) %}{% endfor %}", "{{ namespace(x=1) }}",

    "{% set x = 1 %}", "{% set x %}a{% endset %}", "{% macro m() %}{% endmacro %}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}",
    "{% block b %}{% endblock %}", "{% with a=1 %}{% endwith %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% filter upper %}a{% endfilter %}", "{% call x() %}{% endcall %}", "{{ s|safe }}",
    "{{ s|attr('__class__') }}", "{{ s.__class__ }}", "{{ s['__class__'] }}",
    "{{ s|map(attribute='x') }}",
    "{{ s|int }}", "{{ s|pprint }}", "{{ s|tojson }}", "{{ s|xmlattr }}", "{{ s|sum }}",
    "{{ rec.delete() }}",
    "{{ self }}{{ self.x() }}", "{{ s[1:2] }}", "{{ {'a': 1} }}", "{{ s is sameas(s) }}",
    "{% for a in rows recursive %}{% endfor %}", "{% for a, b in rows %}{% endfor %}",

    "{% for a in rows %}{% for b in rows %}{% for c in b %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ " + "-" * 5000 + "1 }}",
    "{{ a" + ".a" * 500 + " }}", "{{ s }}" * 900, "x" * 20_001, "{{ unclosed", "{% if %}",
    "{{ _flat }}", "{{ s|_rows }}", "{% for _flat in rows %}{% endfor %}",
    "{{ s|replace(old='a') }}",
    "{% break %}", "{{ loop.cycle('a') }}", "{{ caller() }}", "{{ s|urlize }}", "{{ s|random }}",
]  # fmt: skip


@pytest.mark.parametrize("source", REFUSED, ids=lambda one: one[:40])
@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
def test_hostile_template_is_refused_at_publish(source: str, html: bool) -> None:  # noqa: FBT001
    with pytest.raises(TemplateError) as refused:
        compile_template(source, html=html, scope=None)

    assert all(one.code.startswith("T0") for one in refused.value.problems)


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("{{ s|replace('a', s) }}", {"s": "a" * 2_000}),
        (
            "{% for a in r %}{% for b in r %}{{ a|upper }}{% endfor %}{% endfor %}",
            {"r": [1] * 500},
        ),
        ("{% for a in r %}{{ s }}{% endfor %}", {"r": [1] * 500, "s": "x" * 1_000}),
        ("{{ r|join(s) }}", {"r": ["a"] * 500, "s": "x" * 1_000}),
        ("{{ n }}", {"n": Decimal("1E+999999999")}),
        ("{{ n|number }}", {"n": Decimal("1E+999999999")}),
        ("{{ n|money }}", {"n": Decimal("1E-999999999")}),
        ("{{ n }}", {"n": 1 << 100_000}),
        ("{{ o|upper }}", {"o": object()}),
        ("{{ d|upper }}", {"d": [[[[[[[["deep"]]]]]]]]}),
    ],
    ids=lambda one: one[:40] if isinstance(one, str) else "data",
)
def test_rendering_stops_at_its_limits(source: str, data: dict[str, object]) -> None:
    template = compile_template(source, html=False, scope=None)

    with pytest.raises(RenderError):
        template.render(data)


def test_method_of_a_map_is_never_reached() -> None:
    template = compile_template(
        "{{ rec.items }}|{{ rec.clear }}|{{ rec.a }}", html=False, scope=None
    )

    assert template.render({"rec": {"a": 1}}) == "||1"


def test_data_are_escaped_even_when_marked_safe() -> None:
    template = compile_template("<b>{{ name|trim }}</b>", html=True, scope=None)

    text = template.render({"name": Markup("<script>alert(1)</script>")})

    assert text == "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>"


@pytest.mark.parametrize(
    ("source", "forbidden"),
    [
        ('<a href="{{ u }}">x</a>', "javascript"),
        ("<a href={{ u }}>x</a>", "javascript"),
        ('<img src="{{ u }}">', "<img"),
        ('<p onclick="{{ u }}">x</p>', "onclick"),
        ("<script>{{ u }}</script>", "script"),
        ("<style>{{ u }}</style>", "style"),
        ('<iframe src="{{ u }}"></iframe>', "iframe"),
    ],
)
def test_html_of_the_result_is_cleaned(source: str, forbidden: str) -> None:
    template = compile_template(source, html=True, scope=None)

    assert forbidden not in template.render({"u": "javascript:alert(1)"})


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00", "\x0b"])
def test_subject_is_one_line_whatever_the_data(end: str) -> None:
    template = compile_template("Re: {{ subject }}", html=False, scope=None)

    line = template.render_line({"subject": f"a{end}Bcc: x@example.org"})

    assert line == "Re: a Bcc: x@example.org"


def test_data_stay_as_they_were() -> None:
    data = {"rows": [{"a": 1}], "rec": {"b": [1]}}
    template = compile_template(
        "{% for r in rows %}{{ r.a }}{% endfor %}{{ rec.b|join }}", html=False, scope=None
    )

    template.render(data)

    assert data == {"rows": [{"a": 1}], "rec": {"b": [1]}}
