from __future__ import annotations

import pytest

from engines import kinds
from engines.diagnostics import Problems
from engines.expression.types import TEXT, Choice, LinkType
from engines.form.layout import Columns, Heading, Section, Slot, StaticText, Tabs
from engines.form.model import SYSTEM_FIELDS, FieldAccess, SortKey
from engines.form.outline import OutlineContext, outline_form
from engines.values import FieldId, FormId, RoleId
from tests.support.forms import a_form, read_forms

TEXT_OF_APP = """
forms:
  customer:
    fields:
      name: {type: text}
      tier: {type: select, options: {gold: {title: Gold, color: success}, plain: {zh: 普通}}}
      tickets: {type: reverse_list, form: ticket, field: customer, columns: [subject]}
  ticket:
    title: {zh: 工单, en: Ticket}
    title_plural: {en: Tickets}
    icon: inbox
    subject: true
    fields:
      first_reply: {type: duration}
      subject: {type: text, title: {en: Subject, zh: 主题}, was: headline}
      customer: {type: link, form: customer}
      tier: {type: lookup, through: customer, field: tier}
      phone: {type: phone, encrypted: true, mask: {middle: 4, unless: [supervisor]}}
      iban: {type: text, encrypted: true, index: plain, in_export: false}
    layout:
      - section: {title: Request, columns: [[subject], [customer, tier]]}
      - tabs: {more: {title: More, blocks: [phone, heading: Bank, iban]}, last: {blocks: []}}
      - columns: [[first_reply], [text: Thank you]]
    access:
      agent: {create: true, read: record.customer == user.record, fields: {phone: masked}}
      supervisor: {read: true, update: true, delete: record.subject == 'x'}
    views:
      mine: {title: Mine, when: record.subject != null, sort: [subject, -created_at], search: [subject]}
"""  # noqa: E501
FORMS, SENTENCES = read_forms(TEXT_OF_APP)
TICKET = FORMS[FormId("ticket")]


def test_the_app_of_this_test_is_right() -> None:
    assert SENTENCES == []


def test_the_first_locale_of_the_app_comes_first() -> None:
    assert TICKET.title.in_locale("fr") == "Ticket"
    assert TICKET.title_plural.in_locale("zh") == "Tickets"


def test_a_field_without_a_title_speaks_its_id() -> None:
    assert TICKET.fields[FieldId("first_reply")].title.in_locale("en") == "First reply"


def test_system_fields_stand_last_in_every_form() -> None:
    assert tuple(TICKET.fields)[-5:] == SYSTEM_FIELDS
    assert all(TICKET.fields[one].is_system for one in SYSTEM_FIELDS)
    assert FieldId("id") not in TICKET.stored


def test_a_lookup_takes_the_type_and_the_look_of_what_it_shows() -> None:
    tier = TICKET.fields[FieldId("tier")]

    assert tier.value_type == Choice(("gold", "plain"))
    assert tier.writer[0].name == "select"
    assert not tier.is_stored


def test_an_encrypted_field_is_kept_sealed_unless_its_index_is_plain() -> None:
    assert TICKET.fields[FieldId("phone")].kind == kinds.encrypted(kinds.TEXT)
    assert TICKET.fields[FieldId("iban")].kind == kinds.TEXT
    assert TICKET.fields[FieldId("iban")].is_encrypted


def test_a_layout_is_read_block_by_block() -> None:
    section, tabs, columns = TICKET.layout

    assert isinstance(section, Section)
    assert section.columns[1] == (Slot(FieldId("customer")), Slot(FieldId("tier")))
    assert isinstance(tabs, Tabs)
    assert [type(block) for block in tabs.tabs[0].blocks] == [Slot, Heading, Slot]
    assert tabs.tabs[1].title.in_locale("en") == "Last"
    assert isinstance(columns, Columns)
    assert isinstance(columns.columns[1][0], StaticText)


def test_a_form_without_a_layout_shows_all_its_fields() -> None:
    customer = FORMS[FormId("customer")]

    assert customer.layout == (
        Slot(FieldId("name")),
        Slot(FieldId("tier")),
        Slot(FieldId("tickets")),
    )


def test_access_is_by_role_and_closed_where_nothing_is_written() -> None:
    agent = TICKET.access[RoleId("agent")]

    assert agent.create is True
    assert (agent.update, agent.delete) == (False, False)
    assert agent.fields == {FieldId("phone"): FieldAccess.MASKED}
    assert RoleId("customer") not in TICKET.access


def test_views_sort_both_ways_and_all_is_always_there() -> None:
    mine = TICKET.views["mine"]

    assert mine.sort == (
        SortKey(FieldId("subject")),
        SortKey(FieldId("created_at"), is_descending=True),
    )
    assert TICKET.views["all"].title.in_locale("zh") == "全部"
    assert FieldId("tier") not in TICKET.views["all"].columns


SEARCHED = """\
format: 1
app: desk
title: Desk
locales: [en]
forms:
  ticket:
    title: Ticket
    name: "{{ subject }}"
    fields:
      subject: {type: text}
      body: {type: textarea}
      size: {type: integer}
    views:
      all: {title: AllSEARCH}
"""


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("", ("subject", "body")),
        (", search: [body]", ("body",)),
        (", search: []", ()),
    ],
    ids=["nothing", "one", "none"],
)
def test_a_view_searches_what_it_names_and_every_text_where_it_says_nothing(
    written: str, searched: tuple[str, ...]
) -> None:
    forms, _ = read_forms(SEARCHED.replace("SEARCH", written))

    assert forms[FormId("ticket")].views["all"].search == searched


def test_what_expressions_read_behind_links_is_known() -> None:
    assert TICKET.linked_keys == {FieldId("customer"): ("customer.tier",)}


def test_other_engines_see_fields_without_the_form_engine() -> None:
    context = OutlineContext(Problems(), ("en",), "", frozenset({FormId("t")}))
    data = {
        "fields": {
            "size": {"type": "select", "options": {"s": "Small", "l": "Large"}},
            "count": {"type": "integer", "min": 1},
            "sum": {"type": "formula", "result": "number", "value": "1"},
            "up": {"type": "link", "form": "t"},
        },
        "views": {"mine": {}},
    }
    outline = outline_form(FormId("t"), data, context)

    found = outline.facts({FormId("t"): outline})

    assert found.views == ("mine", "all")
    assert found.fields[FieldId("size")].type == Choice(("s", "l"))
    assert [one for one, _ in found.fields[FieldId("size")].options] == ["s", "l"]
    assert found.fields[FieldId("up")].links_to == "t"
    assert found.fields[FieldId("sum")].is_computed
    assert found.fields[FieldId("created_by")].type == LinkType("user")
    assert found.fields[FieldId("count")].read_literal("5") == 5


@pytest.mark.parametrize(("written", "words"), [("0", "too small"), ("many", "not a number")])
def test_a_literal_that_makes_no_sense_is_told_in_a_sentence(written: str, words: str) -> None:
    context = OutlineContext(Problems())
    data = {"fields": {"count": {"type": "integer", "min": 1}}}
    outline = outline_form(FormId("t"), data, context)
    field = outline.facts({FormId("t"): outline}).fields[FieldId("count")]

    with pytest.raises(ValueError, match=words):
        field.read_literal(written)


def test_all_mistakes_are_told_at_once_in_file_order() -> None:
    _, sentences = read_forms("""
forms:
  ticket:
    fields:
      mood: {type: raitng}
      age: {type: integer, min: 9, max: 1}
      name: {type: text, required: record.agee > 1}
    layout: [nane, mood]
""")

    assert [sentence[-5:-1] for sentence in sentences] == ["F002", "F018", "E005", "F004", "F004"]


def test_a_lookup_that_goes_round_in_a_ring_ends() -> None:
    _, sentences = read_forms("""
forms:
  ticket:
    fields:
      up: {type: link, form: ticket}
      a: {type: lookup, through: up, field: a}
""")

    assert [sentence[-5:-1] for sentence in sentences] == ["F013"]


def test_a_name_template_may_only_name_own_fields() -> None:
    _, sentences = read_forms("""
forms:
  ticket:
    name: "{{ subjct }}"
    fields:
      subject: {type: text}
""")

    assert len(sentences) == 1
    assert "Did you mean 'subject'?" in sentences[0]


def test_record_types_name_system_fields_and_leave_out_lists_of_records() -> None:
    customer = FORMS[FormId("customer")]

    assert customer.fields[FieldId("tickets")].value_type is None
    assert (
        a_form("forms: {ticket: {fields: {a: {type: text}}}}").fields[FieldId("a")].value_type
        == TEXT
    )
