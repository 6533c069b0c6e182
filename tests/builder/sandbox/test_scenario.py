"""Tests inside a definition: run in a sandbox, their failures stand where they were written."""

from __future__ import annotations

import pytest

from builder.scenario import scenario_gate, verdicts
from builder.steps import VERBS
from engines.app import parse_app, problems_of
from engines.errors import DefinitionError
from engines.schema import app_schema
from runtime.bootstrap import open_trial
from runtime.bus import Bus
from runtime.commands import SYSTEM, PublishApp
from runtime.jobs.by_hand import JobsByHand
from runtime.live import Live
from runtime.publish import Publisher
from tests.builder.sandbox.conftest import MORNING, WORKSHOP

BRAKES = """\
tests:
  brakes_are_mended_first:
    given: {users: {mia: mechanic, bob: boss}, at: "2026-03-02 10:00"}
    when:
      - {submit: bicycle, as: mia, with: {frame: B-77}}
      - {submit: repair, as: customer, with: {fault: the brake}}
      - {change: repair, as: mia, with: {bicycle: "@bicycle_1"}}
      - {advance: 3h}
      - {claim: mend, as: mia}
      - {complete: mend, as: mia, outcome: mended, with: {hours: 1.50}}
    expect:
      records:
        repair_1: {urgency: high, state: ready, hours: 1.5, bicycle: "@bicycle_1"}
      flows: {mending: ended}
      sent:
        - {to: bob, channel: in_app, subject: Still waiting}
        - {to: customer, channel: mail, template: done}
"""


def said(tests: str) -> list[str]:
    text = WORKSHOP + tests
    return [str(one) for one in scenario_gate(parse_app(text, "workshop.yaml"), text)]


def a_test(when: str, expect: str) -> str:
    return f"tests:\n  one:\n    when: [{when}]\n    expect: {{{expect}}}\n"


BELL = "{submit: repair, as: customer, with: {fault: bell}}"


def test_met_expectations_leave_nothing_to_say() -> None:
    assert problems_of(WORKSHOP + BRAKES, "workshop.yaml") == ()
    assert said(BRAKES) == []


def test_definition_without_tests_passes() -> None:
    assert said("") == []


@pytest.mark.parametrize(
    ("when", "expect", "message"),
    [
        (BELL, "record: {urgency: high}", "repair_1.urgency is 'low', not 'high'. "),
        (BELL, "record: {urgencie: high}", "unknown field 'urgencie'. Did you mean 'urgency'? "),
        (BELL, "records: {repair_2: {state: ready}}", "there is no record 'repair_2'. "),
        (
            BELL,
            "tasks: [{node: mend, for: boss}]",
            "no open task is node mend, for boss; open are",
        ),
        (BELL, "flows: {mending: ended}", "the flow mending is running, not ended. "),
        (BELL, "sent: [{to: boss}]", "no message is to boss; nothing was sent. "),
        (BELL, "sent: [{template: slw}]", "unknown template 'slw'. Did you mean 'slow'? "),
        (
            f"{BELL}, {{advance: 2h}}",
            "sent: [{template: done}]",
            "no message is template done; in_app to boss: Still waiting: R-0001 (slow). ",
        ),
        (f"{BELL}, {{advance: 2h}}", "sent: []", "messages were sent: in_app to boss"),
        ("{submit: bicycle, as: customer}", "sent: []", "submit bicycle was refused"),
        ("{submit: bike, as: mechanic}", "sent: []", "the form bike was not found"),
        ("{advance: soon}", "sent: []", "'soon' is not a duration"),
        ("{as: mechanic}", "sent: []", "A step does one of submit, change"),
        ("{submit: repair}", "sent: []", "Say with `as:` who does `submit`"),
        (f"{BELL.rstrip('}')}}}, refused: true}}", "sent: []", "submit repair was not refused"),
    ],
)
def test_failed_test_says_what_is_otherwise(when: str, expect: str, message: str) -> None:
    found = said(a_test(when, expect))

    assert len(found) == 1
    assert message in found[0]


def test_failure_stands_at_the_line_of_its_expectation() -> None:
    text = WORKSHOP + BRAKES.replace("urgency: high, state", "urgency: low, state")

    found = scenario_gate(parse_app(text, "workshop.yaml"), text)

    line = text.splitlines()[found[0].line - 1]
    assert line.strip().startswith("repair_1: {urgency: low")
    assert found[0].code == "V004"


def test_expected_refusal_is_met() -> None:
    assert said(a_test("{submit: bicycle, as: customer, refused: true}", "sent: []")) == []


def test_unknown_role_of_a_person_is_said_at_given() -> None:
    tests = a_test(BELL, "sent: []").replace(
        "    when", "    given: {users: {ann: king}}\n    when"
    )

    assert "tests.one.given: the role king was not found" in said(tests)[0]


def test_every_test_gets_a_verdict_in_order() -> None:
    text = WORKSHOP + BRAKES + a_test(BELL, "record: {urgency: high}").removeprefix("tests:\n")

    found = list(verdicts(text, "workshop.yaml"))

    assert [(one.test, len(one.failures)) for one in found] == [
        ("brakes_are_mended_first", 0),
        ("one", 1),
    ]


def test_failing_test_keeps_a_definition_from_going_live() -> None:
    trial = open_trial(MORNING)
    live = Live()
    bus = Bus(trial.store, live, Publisher(trial.store, live, (scenario_gate,)), JobsByHand())
    text = WORKSHOP + a_test(BELL, "record: {urgency: high}")

    with pytest.raises(DefinitionError, match="V004"):
        bus.execute(PublishApp(text, "workshop.yaml"), SYSTEM)

    with trial.store.read() as reader:
        assert reader.definitions.apps() == ()
    trial.close()


def test_schema_knows_every_verb_of_a_step() -> None:
    step = app_schema()["properties"]["tests"]["additionalProperties"]["properties"]["when"]

    assert set(VERBS) <= set(step["items"]["properties"])


def test_files_are_given_and_expected_by_their_names() -> None:
    bell = "{submit: repair, as: mechanic, with: {fault: bell, photos: [bell.jpg, frame.png]}}"

    assert said(a_test(bell, "record: {photos: [bell.jpg, frame.png]}")) == []
    assert "is ['bell.jpg', 'frame.png'], not ['bell.jpg']" in " ".join(
        said(a_test(bell, "record: {photos: [bell.jpg]}"))
    ).replace('"', "")
