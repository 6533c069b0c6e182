"""The app that requests are measured with, and what is sent to it.

A ticket of eight fields, rules that set its priority and its group, a flow that gives a task to
somebody, and a role that may do some of it: what a submit of the product does, and no less.
"""

from __future__ import annotations

import json

APP = "bench"
FORM = "ticket"
ROLE = "agent"

DEFINITION = """
format: 1
app: bench
title: Bench
time_zone: Europe/Madrid
roles:
  agent: {title: Agent}
forms:
  ticket:
    title: Ticket
    name: "{{ subject }}"
    fields:
      subject: {type: text, title: Subject, required: true, max_length: 200}
      description: {type: textarea, title: Description, max_length: 4000}
      email: {type: email, title: Mail, required: true}
      channel: {type: select, title: Channel, options: {mail: Mail, chat: Chat, phone: Phone}}
      impact: {type: select, title: Impact, options: {high: High, medium: Medium, low: Low}}
      orders: {type: integer, title: Orders, min: 0}
      amount: {type: decimal, title: Amount, scale: 2, min: 0}
      wanted: {type: date, title: Wanted by}
      priority: {type: select, title: Priority, options: {urgent: Urgent, high: High, low: Low}}
      group: {type: select, title: Group, options: {billing: Billing, first: First line}}
    access:
      agent: {create: true, read: true, update: true}
    views:
      all: {title: All, columns: [subject, priority, group], search: [subject]}
rules:
  hurry:
    on: {created: ticket}
    when: record.impact == 'high' and record.amount > 100
    do: [{set: {priority: high}}]
  calm:
    on: {created: ticket}
    when: record.impact == 'low'
    do: [{set: {priority: low}}]
  money:
    on: {created: ticket}
    when: contains(record.subject, 'refund') and record.orders >= 1
    do: [{set: {group: billing}}]
flows:
  handling:
    on: {created: ticket}
    nodes:
      how:
        type: choice
        paths:
          - {when: record.priority == 'high', to: soon}
          - {when: record.group == 'billing', to: soon}
          - {to: later}
      soon: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
      later: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
      end: {type: end}
"""

BODY = json.dumps(
    {
        "values": {
            "subject": "Please refund order 4711, it came broken",
            "description": "The glass was in pieces when I opened the box this morning. " * 4,
            "email": "ana.garcia@example.org",
            "channel": "mail",
            "impact": "high",
            "orders": 3,
            "amount": "129.90",
            "wanted": "2026-12-24",
        }
    }
).encode()
