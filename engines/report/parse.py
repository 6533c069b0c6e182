"""A report's text to its question and chart; what is wrong with it is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engines.context import DefinitionContext
from engines.diagnostics import Path, did_you_mean, one_of
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN, NUMBER, ListOf
from engines.kinds import Shape
from engines.report.catalog import chart_types
from engines.report.fields import (
    FieldError,
    check_dimension,
    find_field,
    grain_of,
    is_amount,
    measured_type,
)
from engines.report.model import Report
from engines.report.question import Aggregate, Dimension, Measure, Order, Question
from engines.values import FormId, LocaleText, ReportId, locale_text

COUNT: Final = LocaleText((("en", "Count"), ("zh", "数量"), ("es", "Cantidad"), ("ar", "العدد")))
_DEFAULT_CHART: Final = "table"
_DEFAULT_MEASURES: Final[Mapping[str, Any]] = {"count": {"count": "true"}}


def parse_report(
    report_id: ReportId, data: Mapping[str, Any], context: DefinitionContext
) -> Report | None:
    """The compiled report, or None when something in it was reported, be it by the schema."""
    path: Path = ("reports", report_id)
    if context.problems.has_under(path):
        return None
    form = FormId(str(data["of"]))
    if form not in context.forms:
        hint = did_you_mean(form, context.forms) or one_of(context.forms)
        context.problems.add("P001", (*path, "of"), f"unknown form {str(form)!r}", hint=hint)
        return None
    parsing = _Parsing(path, form, context)
    reported = len(context.problems)
    question = parsing.question(data)
    options = dict(data.get("chart") or {"type": _DEFAULT_CHART})
    chart = chart_types()[str(options.pop("type"))]
    if len(context.problems) > reported:
        return None
    misfit = chart.misfit(question)
    if misfit:
        parsing.report("P007", ("chart",), misfit, "Change 'by' or 'measure', or take another.")
        return None
    return Report(
        id=report_id,
        title=locale_text(data.get("title"), report_id, context.locales),
        question=question,
        chart=chart,
        options=options,
        can_drill=bool(data.get("drill", True)),
    )


@dataclass(frozen=True, slots=True)
class _Parsing:
    """One report's text while it is read."""

    path: Path
    form: FormId
    context: DefinitionContext

    def report(self, code: str, at: Path, message: str, hint: str = "") -> None:
        self.context.problems.add(code, (*self.path, *at), message, hint=hint)

    def question(self, data: Mapping[str, Any]) -> Question:
        dimensions = self._dimensions(data.get("by", ()))
        measures = self._measures(data.get("measure") or _DEFAULT_MEASURES, dimensions)
        return Question(
            form=self.form,
            dimensions=dimensions,
            measures=measures,
            where=self._where(data.get("where")),
            order=self._order(data.get("sort", ()), dimensions, measures),
            limit=data.get("limit"),
        )

    def _dimensions(self, data: Sequence[Any]) -> tuple[Dimension, ...]:
        found: dict[str, Dimension] = {}
        for index, written in enumerate(data):
            one = self._dimension(written, index)
            if one is not None and one.name in found:
                self.report("P010", ("by", index), f"{one.name!r} stands here twice", "Remove it.")
            elif one is not None:
                found[one.name] = one
        return tuple(found.values())

    def _dimension(self, written: Any, index: int) -> Dimension | None:
        data = {"field": written} if isinstance(written, str) else written
        key = str(data["field"])
        at: Path = ("by", index) if isinstance(written, str) else ("by", index, "field")
        try:
            found = find_field(key, self.form, self.context)
            check_dimension(found)
            grain = grain_of(found, data.get("grain"))
        except FieldError as error:
            self.report(error.code, at, str(error), error.hint)
            return None
        title = data.get("title")
        return Dimension(
            name=f"{key}_{grain.value}" if grain is not None else key,
            key=key,
            title=locale_text(title, "", self.context.locales) if title else found.field.title,
            type=found.type,
            grain=grain,
            options=found.field.options,
            links_to=found.field.links_to,
            is_list=isinstance(found.type, ListOf),
        )

    def _measures(
        self, data: Mapping[str, Any], dimensions: Sequence[Dimension]
    ) -> tuple[Measure, ...]:
        by = frozenset(one.key for one in dimensions)
        found = [self._measure(str(name), one, by) for name, one in data.items()]
        return tuple(one for one in found if one is not None)

    def _measure(self, name: str, data: Mapping[str, Any], by: frozenset[str]) -> Measure | None:
        at: Path = ("measure", name)
        named = [one for one in Aggregate if one.value in data]
        if len(named) != 1:
            said = "a measure says exactly one of " + ", ".join(one.value for one in Aggregate)
            self.report("P011", at, said, "Write, for example, 'count: true'.")
            return None
        aggregate = named[0]
        title = locale_text(data["title"], "", self.context.locales) if "title" in data else None
        written = data[aggregate.value]
        if aggregate is Aggregate.COUNT and str(written).lower() == "true":
            own = COUNT if name == "count" else locale_text(name)
            return Measure(name, title or own, aggregate, NUMBER)
        at = (*at, aggregate.value)
        percent = self._percent(written[1], at) if aggregate is Aggregate.PERCENTILE else 0
        key = str(written[0] if aggregate is Aggregate.PERCENTILE else written)
        try:
            found = find_field(key, self.form, self.context)
            type_ = measured_type(found, aggregate)
            currency = str(data.get("currency") or "")
            needs_currency = is_amount(found) and aggregate is not Aggregate.COUNT
            if needs_currency and not currency and f"{_base(key)}.currency" not in by:
                hint = f"Add 'currency: CNY', or '{_base(key)}.currency' to 'by'."
                said = "amounts of several currencies cannot be put together"
                raise FieldError("P012", said, hint)  # noqa: TRY301
        except FieldError as error:
            self.report(error.code, at, str(error), error.hint)
            return None
        return Measure(name, title or locale_text(name), aggregate, type_, key, percent, currency)

    def _percent(self, written: object, at: Path) -> int:
        text = str(written)
        if text.isdecimal() and 1 <= int(text) <= 99:
            return int(text)
        said = f"{text!r} is no percentage"
        self.report("P013", (*at, 1), said, "Write a whole number from 1 to 99.")
        return 50

    def _where(self, written: object) -> Expression | None:
        if written is None:
            return None
        path: Path = (*self.path, "where")
        found = self.context.expression(written, path, self.form, expect=BOOLEAN)
        if found is None:
            return None
        for problem in found.sql_problems():
            self.report("P008", ("where",), problem.message, problem.hint)
        for root, key in sorted(found.paths):
            if root == "record" and key:
                self._check_filtered(key)
        return found

    def _check_filtered(self, key: str) -> None:
        """Refuse a condition on what the database does not hold in clear."""
        try:
            found = find_field(key, self.form, self.context)
        except FieldError as error:
            if error.code == "P004":  # the rest (users' names) the expression has checked
                self.report(error.code, ("where",), str(error), error.hint)
            return
        if found.field.kind.shape is Shape.VIRTUAL:
            said = f"{key!r} is not stored with the record"
            self.report("P008", ("where",), said, "Name the field itself through its link.")

    def _order(
        self,
        data: Sequence[str],
        dimensions: Sequence[Dimension],
        measures: Sequence[Measure],
    ) -> tuple[Order, ...]:
        columns = {one.key: one.name for one in reversed(dimensions)}
        columns |= {one.name: one.name for one in dimensions}
        columns |= {one.id: one.id for one in measures}
        found = []
        for index, written in enumerate(data):
            name = written.removeprefix("-")
            if name in columns:
                found.append(Order(columns[name], is_descending=written.startswith("-")))
            elif not self._is_broken(name):
                hint = did_you_mean(name, columns) or one_of(columns)
                self.report("P009", ("sort", index), f"unknown column {name!r}", hint)
        return tuple(found)

    def _is_broken(self, name: str) -> bool:
        """Whether the column is missing only because its own problem was reported."""
        problems = self.context.problems
        return problems.has_under((*self.path, "by")) or problems.has_under(
            (*self.path, "measure", name)
        )


def _base(key: str) -> str:
    return key.removesuffix(".amount")
