"""What a submit does, told by examples. Over 300 lines: one specification, one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import FieldErrors, FieldProblem
from engines.form.answers import answers_from_form, links_in
from engines.form.model import Form
from engines.form.problems import CODES
from engines.form.reading import NEUTRAL
from engines.form.submit import Submission, SubmitContext, draft, submit
from engines.messages import CheckUnique, NextSerial
from engines.values import FieldId
from tests.support.forms import a_form, facts, fields_of

TICKET = a_form("""
forms:
  customer:
    fields:
      name: {type: text}
      phone: {type: phone}
      tier: {type: select, options: {gold: Gold, plain: Plain}}
  ticket:
    title: {en: Ticket, zh: 工单}
    name: "{{ number }} {{ subject }}"
    fields:
      number: {type: serial, pattern: "T{yy}{mm}-{00001}"}
      subject: {type: text, required: true, max_length: 20}
      reference: {type: text, unique: true}
      customer: {type: link, form: customer}
      phone: {type: lookup, through: customer, field: phone}
      is_gold: {type: formula, result: boolean, value: record.customer.tier == 'gold'}
      impact:
        type: select
        options: {high: High, low: Low, odd: {title: Odd, retired: true}}
        default: low
      urgency: {type: select, options: {high: High, low: Low}}
      priority:
        type: select
        options: {critical: Critical, normal: Normal}
        value: "'critical' if record.impact == 'high' and record.urgency == 'high' else 'normal'"
      category:
        type: tree_select
        options: {billing: {title: Billing, options: {refund: Refund}}, other: Other}
      amount:
        type: currency
        visible: under(record.category, 'billing')
        required: record.category == 'refund'
      net: {type: decimal, visible: not is_empty(record.amount)}
      note: {type: textarea, visible: record.impact == 'high', when_hidden: keep}
      opened_on: {type: date, default_value: today}
      due:
        type: date
        check:
          - when: record.due >= record.opened_on
            message: {en: Due before it was opened, zh: 早于开启日期}
      locked: {type: text, readonly: record.urgency == 'high'}
      consent: {type: checkbox}
      labels: {type: multi_select, options: {a: A, b: B, c: C}, max_items: 2}
""")
EVERYTHING = fields_of(TICKET)
AMOUNT = {"amount": Decimal("5.00"), "currency": "CNY"}


def create(form: Form = TICKET, **answers: Any) -> Submission:
    return submit(form, answers, current=None, facts=facts(), editable=fields_of(form))


def change(current: Mapping[str, Any], **answers: Any) -> Submission:
    values = {**dict.fromkeys(TICKET.stored), **current}
    return submit(TICKET, answers, current=values, facts=facts(), editable=EVERYTHING)


def problems_of(
    answers: Mapping[str, object],
    *,
    current: Mapping[str, Any] | None = None,
    editable: frozenset[FieldId] = EVERYTHING,
    context: SubmitContext | None = None,
) -> list[tuple[str, str]]:
    with pytest.raises(FieldErrors) as caught:
        submit(
            TICKET,
            answers,
            current=current,
            facts=facts(),
            editable=editable,
            context=context or SubmitContext(),
        )
    return [(one.path, one.code) for one in caught.value.problems]


# --- a new record -----------------------------------------------------------------------------


def test_a_new_record_holds_answers_defaults_and_computed_values() -> None:
    found = create(subject="Hello", urgency="high")

    kept = {key: value for key, value in found.values.items() if value is not None}
    assert kept == {
        "subject": "Hello",
        "urgency": "high",
        "impact": "low",
        "priority": "normal",
        "opened_on": date(2026, 3, 2),
        "is_gold": False,
    }
    assert found.changed == set(kept)


def test_an_answer_goes_before_the_default() -> None:
    found = create(subject="Hello", impact="high", opened_on="2026-01-05")

    assert (found.values["impact"], found.values["opened_on"]) == ("high", date(2026, 1, 5))


def test_a_blank_answer_keeps_the_default_away() -> None:
    found = create(subject="Hello", impact="", opened_on="")

    assert (found.values["impact"], found.values["opened_on"]) == (None, None)


def test_a_new_record_asks_for_its_number() -> None:
    found = create(subject="Hello")

    assert found.serials == (NextSerial(TICKET.id, FieldId("number"), "T{yy}{mm}-{00001}"),)


def test_a_unique_value_is_to_be_checked_when_it_changed() -> None:
    found = create(subject="Hello", reference="R-1")

    assert found.uniques == (CheckUnique(TICKET.id, FieldId("reference"), "R-1"),)


def test_an_unchanged_record_asks_for_nothing() -> None:
    found = change({"subject": "Hello", "reference": "R-1", "priority": "normal"}, reference="R-1")

    assert (found.serials, found.uniques) == ((), ())
    assert found.changed == {"is_gold"}


def test_a_looked_up_value_is_computed_but_not_stored() -> None:
    behind = facts(**{"customer.phone": "+8613812345678", "customer.tier": "gold"})

    found = draft(
        TICKET,
        {"subject": "Hello", "customer": "c-1"},
        current=None,
        facts=behind,
        editable=EVERYTHING,
    )

    assert found.values["phone"] == "+8613812345678"
    assert found.values["is_gold"] is True
    assert "phone" not in create(subject="Hello").values


def test_an_emptied_link_hides_what_lay_behind_it() -> None:
    behind = facts(**{"customer.phone": "+8613812345678", "customer.tier": "gold"})
    current = {**dict.fromkeys(TICKET.stored), "subject": "Hello", "customer": "c-1"}

    found = submit(TICKET, {"customer": ""}, current=current, facts=behind, editable=EVERYTHING)

    assert found.values["is_gold"] is False


def test_the_links_after_the_answers_are_known_before() -> None:
    current = {"customer": "c-1"}

    assert links_in(TICKET, {}, current, NEUTRAL) == {"customer": "c-1"}
    assert links_in(TICKET, {"customer": "c-2"}, current, NEUTRAL) == {"customer": "c-2"}
    assert links_in(TICKET, {"customer": ["x"]}, current, NEUTRAL) == {}


def test_the_name_follows_the_template() -> None:
    assert TICKET.name_of({"number": "T2603-00001", "subject": "Hello"}) == "T2603-00001 Hello"


# --- what is refused --------------------------------------------------------------------------


def test_all_problems_are_told_at_once_in_the_order_of_the_form() -> None:
    found = problems_of(
        {"urgency": "no", "subject": "x" * 21, "due": "soon", "stranger": "1", "number": "T1"}
    )

    assert found == [
        ("stranger", "unknown_field"),
        ("number", "not_editable"),
        ("subject", "too_long"),
        ("urgency", "unknown_option"),
        ("due", "not_a_date"),
    ]


def test_a_missing_answer_to_a_required_field_is_a_problem() -> None:
    assert problems_of({}) == [("subject", "required")]


def test_a_required_field_that_is_not_asked_for_is_no_problem() -> None:
    current = dict.fromkeys(TICKET.stored)

    found = submit(
        TICKET,
        {"urgency": "low"},
        current=current,
        facts=facts(),
        editable=frozenset({FieldId("urgency")}),
    )

    assert found.values["subject"] is None


def test_a_task_may_demand_more_than_the_form() -> None:
    context = SubmitContext(required=frozenset({FieldId("due"), FieldId("consent")}))

    found = problems_of({"subject": "Hello", "consent": "false"}, context=context)

    assert found == [("due", "required"), ("consent", "required")]


@pytest.mark.parametrize(
    "key",
    ["priority", "number", "phone", "is_gold", "id", "created_by", "updated_at"],
)
def test_nobody_sets_what_the_system_makes(key: str) -> None:
    everything = EVERYTHING | {FieldId("id"), FieldId("created_by"), FieldId("updated_at")}

    found = problems_of({"subject": "Hello", key: "x"}, editable=everything)

    assert found == [(key, "not_editable")]


def test_a_field_outside_what_may_be_edited_is_refused_not_ignored() -> None:
    found = problems_of(
        {"subject": "Hello", "impact": "high"}, editable=frozenset({FieldId("subject")})
    )

    assert found == [("impact", "not_editable")]


@pytest.mark.parametrize(
    "key", ["__class__", "id.x", "subject.x", "", "x" * 500, "\x00", "記"], ids=range(7)
)
def test_a_strange_key_is_refused_and_cut(key: str) -> None:
    answers = answers_from_form(TICKET, {"subject": ["Hello"], key: ["1"]})

    found = problems_of(answers)

    assert [code for _, code in found] == ["unknown_field"]
    assert len(found[0][0]) <= 61


def test_a_key_posted_twice_is_refused() -> None:
    answers = answers_from_form(TICKET, {"subject": ["Hello", "Other"], "urgency": ["low", "low"]})

    assert problems_of(answers) == [("subject", "doubled"), ("urgency", "doubled")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "wrong_characters"),
        ("a\r\nb", "wrong_characters"),
        ("\ud800", "wrong_characters"),
        ("x" * 5_000_000, "too_long"),
        ({"$ne": None}, "not_text"),
        ([["x"]], "not_text"),
        (True, "not_text"),
    ],
    ids=["nul", "line end", "surrogate", "over-long", "operator", "nested", "boolean"],
)
def test_a_hostile_text_is_refused(text: object, code: str) -> None:
    assert problems_of({"subject": text}) == [("subject", code)]


def test_every_problem_has_a_listed_code_with_its_parameters() -> None:
    with pytest.raises(FieldErrors) as caught:
        create(subject="x" * 30, impact="odd", labels=["a", "b", "c"], category="zz", net="1.234")

    given = {one.code: set(one.params) for one in caught.value.problems}
    assert given == {code: set(CODES[code]) for code in given}
    assert len(given) == 4


# --- conditions -------------------------------------------------------------------------------


def test_a_hidden_field_is_ignored_and_cleared() -> None:
    found = change(
        {"subject": "Hello", "category": "refund", "amount": AMOUNT},
        category="other",
        amount="nonsense",
    )

    assert found.values["amount"] is None


def test_hiding_one_field_hides_those_that_follow_from_it() -> None:
    current = {"subject": "Hello", "category": "refund", "amount": AMOUNT, "net": Decimal("4.00")}

    found = change(current, category="other")

    assert (found.values["amount"], found.values["net"]) == (None, None)


def test_a_kept_field_stays_as_it_was_while_hidden() -> None:
    found = change({"subject": "Hello", "impact": "high", "note": "old"}, impact="low", note="new")

    assert found.values["note"] == "old"


def test_a_shown_field_takes_its_answer() -> None:
    found = change({"subject": "Hello", "impact": "low"}, category="refund", amount="7.50")

    assert found.values["amount"] == {"amount": Decimal("7.50"), "currency": "CNY"}


def test_a_condition_makes_a_field_required() -> None:
    found = problems_of({"subject": "Hello", "category": "refund"})

    assert found == [("amount", "required")]


def test_a_read_only_field_refuses_another_value() -> None:
    current = {
        **dict.fromkeys(TICKET.stored),
        "subject": "Hello",
        "locked": "a",
        "urgency": "high",
    }

    assert problems_of({"locked": "b"}, current=current) == [("locked", "read_only")]


def test_a_read_only_field_takes_the_value_it_has() -> None:
    found = change({"subject": "Hello", "locked": "a", "urgency": "high"}, locked="a")

    assert found.values["locked"] == "a"


def test_a_check_between_fields_says_the_authors_words() -> None:
    with pytest.raises(FieldErrors) as caught:
        create(subject="Hello", opened_on="2026-03-02", due="2026-03-01")

    words = {"en": "Due before it was opened", "zh": "早于开启日期"}
    assert caught.value.problems == (FieldProblem("due", "check_failed", {"message": words}),)


def test_a_check_is_not_asked_of_an_empty_field() -> None:
    found = create(subject="Hello", due="")

    assert found.values["due"] is None


def test_a_retired_option_stays_on_old_records_and_nowhere_else() -> None:
    kept = change({"subject": "Hello", "impact": "odd"}, impact="odd", urgency="low")

    assert kept.values["impact"] == "odd"
    assert problems_of({"subject": "Hello", "impact": "odd"}) == [("impact", "retired_option")]


def test_a_default_list_is_never_shared_between_records() -> None:
    form = a_form("""
forms:
  ticket:
    fields:
      labels: {type: multi_select, options: {a: A, b: B}, default: [a]}
""")

    first = create(form)
    first.values["labels"].append("b")

    assert create(form).values["labels"] == ["a"]


# --- browsers ---------------------------------------------------------------------------------


def test_a_browser_form_posts_blanks_before_what_may_be_unticked() -> None:
    posted = {"consent": ["", "true"], "labels": ["", "a", "b"], "subject": ["Hello"]}

    found = answers_from_form(TICKET, posted)

    assert found == {"consent": "true", "labels": ["a", "b"], "subject": "Hello"}


def test_an_unticked_box_is_posted_as_its_blank_alone() -> None:
    found = answers_from_form(TICKET, {"consent": [""], "labels": [""]})

    assert create(**{**found, "subject": "Hello"}).values["consent"] is False
    assert found["labels"] == []


def test_the_parts_of_money_make_one_answer() -> None:
    posted = {"amount.amount": ["5"], "amount.currency": ["CNY"]}

    assert answers_from_form(TICKET, posted) == {"amount": {"amount": "5", "currency": "CNY"}}


def test_a_part_beside_the_whole_is_refused() -> None:
    posted = {
        "subject": ["Hello"],
        "category": ["refund"],
        "amount": ["5"],
        "amount.amount": ["6"],
    }

    assert problems_of(answers_from_form(TICKET, posted)) == [("amount", "doubled")]


# --- whatever comes ---------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ANSWERS = st.dictionaries(
    st.sampled_from([*TICKET.fields]) | st.text(max_size=5), JSON, max_size=8
)


@given(ANSWERS)
def test_any_answers_give_a_record_or_listed_problems(answers: dict[str, Any]) -> None:
    found = draft(TICKET, answers, current=None, facts=facts(), editable=EVERYTHING)

    assert {one.code for one in found.problems} <= set(CODES)
    assert set(found.values) == set(TICKET.fields)
