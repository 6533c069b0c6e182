"""Our rules beside zen-engine's decision table: first hits of 100 rules a CPU second.

Each rule has 2 to 4 conditions over 8 fields, and sets one field and stops. The same rules are a
decision table of ours, too.
Interleaved rounds, the median of five; run with `python -m bench.rules`.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import zen

from bench.result import Result, report
from engines.app import parse_app
from engines.rules.evaluate import decide
from engines.rules.model import Created
from engines.values import FormId, RecordId, TableId

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
GOAL, GOAL_WITH_TRACE, GOAL_GROWTH = 100.0, 20.0, 2.0
ROUNDS = 5
CHOICES = {
    "status": ["new", "open", "waiting", "done"],
    "impact": ["high", "medium", "low"],
    "channel": ["mail", "chat", "phone", "web", "shop"],
    "region": ["north", "south", "east", "west"],
    "tier": ["gold", "silver", "plain"],
}
NUMBERS = {"amount": 10_000, "age": 200, "orders": 50}
FIELDS = (*CHOICES, *NUMBERS)
Condition = tuple[str, str, str | int]  # ("amount", ">", 500)
TICKET, RECORD = FormId("ticket"), RecordId("0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e33")


def some_rules(count: int) -> list[list[Condition]]:
    """Conditions of each rule, the same ones in every run."""
    source = random.Random(7)
    rules = []
    for _ in range(count):
        names = source.sample(FIELDS, source.randint(2, 4))
        rules.append([_condition(name, source) for name in names])
    return rules


def some_records(count: int) -> list[dict[str, Any]]:
    """Records that the rules are asked about."""
    source = random.Random(11)
    return [
        {
            **{name: source.choice(options) for name, options in CHOICES.items()},
            **{name: source.randrange(limit) for name, limit in NUMBERS.items()},
        }
        for _ in range(count)
    ]


def our_app(rules: Sequence[list[Condition]]) -> Any:
    """The rules, and a decision table that says the same, as an app."""
    fields: dict[str, Any] = {
        name: {"type": "select", "options": {one: one for one in options}}
        for name, options in CHOICES.items()
    }
    fields |= {name: {"type": "integer"} for name in NUMBERS}
    fields["hit"] = {"type": "integer"}
    app = {
        "format": 1,
        "app": "bench",
        "title": "Bench",
        "forms": {"ticket": {"title": "Ticket", "fields": fields}},
        "rules": {
            f"rule_{number}": {
                "on": {"created": "ticket"},
                "when": " and ".join(_as_text(one) for one in conditions),
                "stop": True,
                "do": [{"set": {"hit": number}}],
            }
            for number, conditions in enumerate(rules)
        },
        "tables": {
            "route": {
                "hit": "first",
                "inputs": {name: f"record.{name}" for name in FIELDS},
                "outputs": {"hit": "number"},
                "rows": [[*_cells(own, "any"), number] for number, own in enumerate(rules)],
            }
        },
    }
    return parse_app(json.dumps(app), "bench.json")


def our_rules(app: Any, records: Sequence[dict[str, Any]]) -> list[Callable[[], Any]]:
    """Decide; decide with the trace; decide with every lost rule explained; ask the table."""
    table = app.tables[TableId("route")]
    trigger, rules = Created(TICKET), app.rules
    batch = [{"record": one, "old": None, "user": {}, "now": NOW} for one in records]

    def plain() -> list[Any]:
        return [decide(rules, trigger, facts, TICKET, RECORD).values.get("hit") for facts in batch]

    def traced() -> list[Any]:
        return [decide(rules, trigger, facts, TICKET, RECORD).trace for facts in batch]

    def explained() -> list[Any]:
        return [decide(rules, trigger, facts, TICKET, RECORD).explain() for facts in batch]

    def by_table() -> list[Any]:
        return [table.decide(facts) for facts in batch]

    return [plain, traced, explained, by_table]


def zen_table(
    rules: Sequence[list[Condition]], records: Sequence[dict[str, Any]]
) -> Callable[[], Any]:
    """The rules as a decision table of zen-engine, first hit."""
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in FIELDS],
        "outputs": [{"id": "hit", "name": "hit", "field": "hit"}],
        "rules": [
            {
                "_id": str(number),
                "hit": str(number),
                **dict(zip(FIELDS, _zen_cells(own), strict=True)),
            }
            for number, own in enumerate(rules)
        ],
    }
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "position": {"x": 1, "y": 0},
                "content": content,
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))
    return lambda: [(decision.evaluate(one)["result"] or {}).get("hit") for one in records]


def rate(run: Callable[[], Any], times: int, count: int) -> float:
    """Decisions a CPU second."""
    started = time.process_time()
    for _ in range(times):
        run()
    return times * count / (time.process_time() - started)


def main() -> int:
    """Print the table."""
    records, few = some_records(500), some_records(20)
    hundred, thousand = some_rules(100), some_rules(1000)
    ours, more = our_rules(our_app(hundred), records), our_rules(our_app(thousand), records)
    theirs = zen_table(hundred, few)
    if theirs() != ours[0]()[:20] or ours[0]() != ours[3]():
        raise SystemExit("all must hit the same rules")
    rows = [
        [*(rate(run, 40, 500) for run in (*ours[:2], ours[3])), rate(ours[2], 2, 500),
         rate(more[0], 40, 500), rate(more[3], 40, 500), rate(theirs, 25, 20)]
        for _ in range(ROUNDS)
    ]  # fmt: skip
    names = ["rules", "rules with trace", "decision table", "rules, all lost ones explained",
             "1,000 rules", "1,000 rows", "zen-engine"]  # fmt: skip
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        ratio = statistics.median(a / row[-1] for a, row in zip(column, rows, strict=True))
        print(f"rules  {name:<32}{statistics.median(column):>12,.0f}/CPU-s {ratio:>8.1f}x zen")
    ratio = statistics.median(row[0] / row[-1] for row in rows)
    traced = statistics.median(row[1] / row[-1] for row in rows)
    growth = statistics.median(row[0] / row[4] for row in rows)
    mine, explained, *_, zens = (
        f"{statistics.median(column):,.0f}/CPU-s" for column in zip(*rows, strict=True)
    )
    zens = f"zen-engine {zens}"
    return report(
        Result("100 rules, first hit", ratio, "x", GOAL, ours=mine, reference=zens),
        Result("with trace", traced, "x", GOAL_WITH_TRACE, ours=explained, reference=zens),
        Result("1,000 rules", growth, "times 100 rules", GOAL_GROWTH),
    )


def _condition(name: str, source: random.Random) -> Condition:
    if name in CHOICES:
        return name, "==", source.choice(CHOICES[name])
    return name, source.choice([">", "<="]), source.randrange(NUMBERS[name])


def _as_text(condition: Condition) -> str:
    name, sign, value = condition
    return f"record.{name} {sign} {value!r}"


def _cells(conditions: Sequence[Condition], empty: str) -> list[str]:
    written = {name: str(v) if sign == "==" else f"{sign} {v}" for name, sign, v in conditions}
    return [written.get(name, empty) for name in FIELDS]


def _zen_cells(conditions: Sequence[Condition]) -> list[str]:
    written = {name: f'"{v}"' if sign == "==" else f"{sign} {v}" for name, sign, v in conditions}
    return [written.get(name, "") for name in FIELDS]


if __name__ == "__main__":
    sys.exit(main())
