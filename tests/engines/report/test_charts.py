"""Every chart holds the contract: its example is parsed, answered, and drawn as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.app import parse_app, problems_of
from engines.definition import AppDefinition
from engines.report.catalog import chart_types
from engines.report.charttype import ChartType
from engines.report.query import Aggregates, Group
from engines.report.question import Aggregate, Dimension, Measure, Question
from engines.report.shape import ResultTable, table
from engines.values import ReportId, Value

APP: Mapping[str, Any] = {
    "format": "1",
    "app": "shop",
    "title": "Shop",
    "locales": ["en", "zh"],
    "forms": {
        "order": {
            "title": "Order",
            "fields": {
                "product": {"type": "select", "options": {"pen": "Pen", "ink": {"zh": "墨"}}},
                "status": {"type": "select", "options": {"new": "New", "done": "Done"}},
                "hours": {"type": "decimal"},
                "note": {"type": "text"},
            },
        }
    },
}
CHARTS = pytest.mark.parametrize("chart", chart_types().values(), ids=lambda one: one.name)


def an_app(report: Mapping[str, Any]) -> AppDefinition:
    """A shop with one report."""
    return parse_app(json.dumps({**APP, "reports": {"first": _worded(report)}}), "shop.json")


def answered(question: Question) -> ResultTable:
    """Two groups, one of them of empty keys."""
    full = Group(tuple(map(_key, question.dimensions)), tuple(map(_value, question.measures)))
    empty = Group((None,) * len(question.dimensions), (None,) * len(question.measures))
    groups = (full, empty) if question.dimensions else (full,)
    return table(question, Aggregates(groups), full.values)


@CHARTS
def test_example_of_a_chart_is_a_report_of_that_chart(chart: ChartType) -> None:
    report = an_app(chart.example).reports[ReportId("first")]

    assert report.chart is chart


@CHARTS
def test_example_of_a_chart_becomes_plain_json(chart: ChartType) -> None:
    report = an_app(chart.example).reports[ReportId("first")]

    data = chart.data(answered(report.question), report.options, "zh")

    assert json.loads(json.dumps(data)) == data


@CHARTS
def test_chart_draws_an_answer_without_any_group(chart: ChartType) -> None:
    report = an_app(chart.example).reports[ReportId("first")]

    data = chart.data(table(report.question, Aggregates(())), report.options, "en")

    assert json.loads(json.dumps(data)) == data


@CHARTS
def test_chart_has_a_word_in_every_language(chart: ChartType) -> None:
    assert [locale for locale, text in chart.label.by_locale if text] == ["en", "zh", "es", "ar"]


@CHARTS
def test_chart_refuses_an_option_it_does_not_have(chart: ChartType) -> None:
    report = {**chart.example, "chart": {**chart.example["chart"], "colour": "red"}}

    found = problems_of(json.dumps({**APP, "reports": {"first": _worded(report)}}), "shop.json")

    assert [one.code for one in found] == ["D010"]


@CHARTS
def test_chart_refuses_five_dimensions(chart: ChartType) -> None:
    question = an_app({"of": "order", "by": ["status"]}).reports[ReportId("first")].question
    too_many = Question(question.form, question.dimensions * 5, question.measures)

    assert chart.misfit(too_many).startswith(chart.name)


@CHARTS
def test_chart_that_needs_more_than_a_table_has_its_drawing(chart: ChartType) -> None:
    drawn = Path(f"runtime/ui/charts/{chart.name}.ts")
    written = Path(f"runtime/web/templates/charts/{chart.name}.html")

    assert drawn.exists() or written.exists()


def test_pie_puts_the_smallest_slices_together() -> None:
    chart = chart_types()["pie"]
    question = an_app(chart.example).reports[ReportId("first")].question
    groups = tuple(Group((f"s{number:02d}",), (number,)) for number in range(1, 12))

    data = chart.data(table(question, Aggregates(groups)), {}, "en")

    assert [one["value"] for one in data["slices"]] == [5, 6, 7, 8, 9, 10, 11, 1 + 2 + 3 + 4]
    assert data["slices"][-1]["label"] == "Others"


@pytest.mark.parametrize(
    ("value", "good", "is_met"),
    [
        (20, "at_most", True),
        (21, "at_most", False),
        (20, "at_least", True),
        (19, "at_least", False),
    ],
)
def test_number_says_whether_its_target_is_met(value: int, good: str, *, is_met: bool) -> None:
    chart = chart_types()["kpi"]
    question = an_app(chart.example).reports[ReportId("first")].question
    answer = table(question, Aggregates((Group((), (value,)),)))

    data = chart.data(answer, {"target": Decimal(20), "good": good}, "en")

    assert data["is_met"] is is_met


def test_second_dimension_of_bars_becomes_series_on_one_axis() -> None:
    report = an_app({"of": "order", "by": ["product", "status"], "chart": {"type": "bar"}})
    question = report.reports[ReportId("first")].question
    groups = (Group(("ink", "new"), (3,)), Group(("pen", "done"), (5,)))

    data = chart_types()["bar"].data(table(question, Aggregates(groups)), {}, "zh")

    assert data["axis"]["labels"] == ["Pen", "墨"]
    assert [(one["title"], one["values"]) for one in data["series"]] == [
        ("New", [None, 3]),
        ("Done", [5, None]),
    ]


def _key(dimension: Dimension) -> Value:
    if dimension.grain is None:
        return dimension.options[0][0] if dimension.options else "x"
    return 3 if dimension.grain.is_cyclic else date(2026, 3, 2)


def _value(measure: Measure) -> Value:
    return 2 if measure.aggregate is Aggregate.COUNT else Decimal("1.50") + timedelta(0).days


def _worded(data: Any) -> Any:
    """Data as a text holds it: JSON has no decimals."""
    return json.loads(json.dumps(data, default=str))
