"""Our compiled expression beside simpleeval with its tree parsed before: evaluations a CPU second.

Interleaved rounds, the median of five; run with `python -m bench.expression`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simpleeval import SimpleEval

from bench.result import Result, report
from engines.expression.compile import compile_expression
from engines.expression.scope import Scope
from engines.expression.types import BOOLEAN, DATETIME, TEXT, Choice, RecordType

OURS = (
    "record.priority == 'high' and contains(record.subject, 'refund')"
    " and hours_since(record.created) > 4"
)
THEIRS = "priority == 'high' and contains(subject, 'refund') and hours_since(created) > 4"
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
RECORD = {
    "priority": "high",
    "subject": "Please Refund order 4711, it came broken",
    "created": NOW - timedelta(hours=5),
}
GOAL, FINAL_GOAL = 5.0, 10.0
ROUNDS = 5


def simpleeval_parsed() -> Callable[[], object]:
    """The same condition in stock simpleeval, parsed once."""
    evaluator = SimpleEval(
        names=dict(RECORD),
        functions={
            "contains": lambda text, part: part.lower() in text.lower(),
            "hours_since": lambda moment: (NOW - moment).total_seconds() / 3600,
        },
    )
    tree = evaluator.parse(THEIRS)
    return lambda: evaluator.eval(THEIRS, previously_parsed=tree)


def ours_compiled() -> Callable[[], object]:
    """The condition as rules and lists evaluate it, all safety on."""
    scope = Scope(
        {
            "record": RecordType(
                "ticket",
                {
                    "priority": Choice(("high", "medium", "low")),
                    "subject": TEXT,
                    "created": DATETIME,
                },
            )
        }
    )
    evaluate = compile_expression(OURS, scope, expect=BOOLEAN).evaluate
    facts = {"record": RECORD, "old": None, "now": NOW, "today": NOW.date()}
    return lambda: evaluate(facts)


def rate(run: Callable[[], object], times: int) -> float:
    """Calls a CPU second."""
    started = time.process_time()
    for _ in range(times):
        run()
    return times / (time.process_time() - started)


def main() -> int:
    """Print both rates and the ratio; fail below the goal."""
    ours, theirs = ours_compiled(), simpleeval_parsed()
    if ours() is not True or theirs() is not True:
        raise SystemExit("both must find the condition true")
    pairs = [(rate(ours, 200_000), rate(theirs, 20_000)) for _ in range(ROUNDS)]
    our_rate = statistics.median(pair[0] for pair in pairs)
    their_rate = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    return report(
        Result(
            "expression of 3 conditions",
            ratio,
            "x",
            final=FINAL_GOAL,
            now=GOAL,
            ours=f"{our_rate:,.0f}/CPU-s",
            reference=f"simpleeval pre-parsed {their_rate:,.0f}/CPU-s",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
