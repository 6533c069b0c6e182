from __future__ import annotations

import json

from engines.form.live import browser_program, needs_server
from engines.form.page import page_model, slot_model
from engines.values import FieldId
from tests.support.forms import a_form

TICKET = a_form("""
forms:
  customer:
    fields: {tier: {type: text}}
  ticket:
    title: {en: Ticket, zh: 工单}
    fields:
      subject: {type: text, title: {en: Subject, zh: 主题}, help: {zh: 简短}, required: true}
      impact: {type: select, options: {high: {en: High, zh: 高}, low: Low}}
      customer: {type: link, form: customer}
      amount:
        type: currency
        visible: record.impact == 'high'
        check: [{when: record.amount.amount > 0, message: {en: More than nothing, zh: 大于零}}]
      twice: {type: decimal, value: record.amount.amount * 2}
      vip: {type: checkbox, visible: record.customer.tier == 'gold'}
      consent: {type: checkbox, required: true}
    layout:
      - section: {title: {en: What, zh: 内容}, columns: [[subject], [impact, amount]]}
      - section: {title: Who, visible: record.impact != null, fields: [customer, vip]}
      - heading: {en: End, zh: 结束}
      - text: Thank you
      - tabs:
          one: {title: One, blocks: [twice]}
          two: {title: Two, blocks: [columns: [[consent]]]}
""")


def test_a_page_has_all_its_texts_in_one_locale() -> None:
    page = page_model(TICKET, "zh")

    section = page["blocks"][0]
    assert (page["title"], section["title"]) == ("工单", "内容")
    assert section["columns"][0][0]["title"] == "主题"
    assert section["columns"][0][0]["help"] == "简短"
    assert section["columns"][1][0]["static"]["options"][0]["title"] == "高"
    assert page["blocks"][2] == {"block": "heading", "text": "结束"}


def test_a_page_is_plain_data() -> None:
    page = page_model(TICKET, "ar")

    assert json.loads(json.dumps(page)) == page
    assert [block["block"] for block in page["blocks"]] == [
        "section",
        "section",
        "heading",
        "text",
        "tabs",
    ]


def test_a_slot_tells_the_template_what_the_widget_needs() -> None:
    slot = slot_model(TICKET, FieldId("consent"), "en")

    assert slot["widget"] == "checkbox"
    assert slot["posts_blank"] is True
    assert slot["is_required"] is True
    assert slot["has_conditions"] is False


def test_a_slot_in_a_conditional_section_has_conditions() -> None:
    assert slot_model(TICKET, FieldId("customer"), "en")["has_conditions"] is True


def test_the_browser_gets_the_trees_it_can_run() -> None:
    program = browser_program(TICKET, "zh")

    amount = program["fields"]["amount"]
    assert json.loads(json.dumps(program)) == program
    assert amount["visible"][0]["op"] == "compare"
    assert amount["checks"][0]["message"] == "大于零"
    assert program["fields"]["twice"]["value"]["op"] == "arithmetic"
    assert program["order"].index("amount") < program["order"].index("twice")
    assert list(program["sections"]) == ["section_2"]


def test_what_lies_behind_a_link_stays_with_the_server() -> None:
    program = browser_program(TICKET, "en")

    shown_when = program["fields"]["vip"]["visible"]
    assert len(shown_when) == 1
    assert '"key": "impact"' in json.dumps(shown_when)
    assert needs_server(TICKET)


def test_a_form_without_conditions_is_not_live() -> None:
    plain = a_form("forms: {ticket: {fields: {a: {type: text}}}}")

    assert page_model(plain, "en")["is_live"] is False
    assert browser_program(plain, "en")["fields"] == {}
    assert not needs_server(plain)
