"""What the guide to people in flows shows is a definition without mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from engines.app import problems_of

GUIDE = Path("docs/people_in_flows.md").read_text("utf-8")
ASSIGNEES = re.findall(r"^assign: (\{.*?\})(?:\s+#.*)?$", GUIDE, re.MULTILINE)
BOARD = re.findall(r"```yaml\n(board:.*?)```", GUIDE, re.DOTALL)[0]
APP = """\
format: 1
app: guide
title: Guide
roles:
  clerk: {title: Clerk}
  legal: {title: Legal}
  quality: {title: Quality}
  manager: {title: Manager}
  audit: {title: Audit}
  smith: {title: Smith}
forms:
  order:
    title: Order
    fields: {amount: {type: decimal}, team: {type: text}}
  duty:
    title: Duty
    fields: {person: {type: user}, starts: {type: datetime}, ends: {type: datetime}}
flows:
  asking:
    on: {start: order}
    nodes:
      draft: {type: task, assign: {initiator: true}, outcomes: {done: {to: step0}}}
"""
REST = """\
      pay: {type: action, do: [], to: end}
      tell: {type: action, do: [], to: end}
      end: {type: end}
"""


def test_guide_to_people_in_flows_shows_what_works() -> None:
    ways = [f"step{number}" for number in range(1, len(ASSIGNEES))]
    steps = [
        f"      step{number}: {{type: task, assign: {who}, outcomes: {{done: {{to: {to}}}}}}}\n"
        for number, (who, to) in enumerate(zip(ASSIGNEES, [*ways, "board"], strict=True))
    ]
    board = [f"      {line}\n" for line in BOARD.splitlines()]
    text = "".join([APP, *steps, *board, REST])

    problems = problems_of(text.encode(), "guide.yaml")

    assert len(ASSIGNEES) == 7
    assert [one.sentence() for one in problems] == []
