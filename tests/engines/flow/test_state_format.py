"""Instances that earlier releases have stored are read by this one."""

from __future__ import annotations

import json

import pytest

from engines.errors import BugError
from engines.flow.instance import Instance, Stage, Status, Token
from engines.flow.signals import MessageCame, TaskCompleted
from engines.flow.stateformat import FORMAT
from tests.support.processes import ANA, Case, a_flow

# As release 0.1 wrote it: a task with its timer, a token at the door, one that is stuck.
FORMAT_1 = (
    '{"f":1,"id":"i-1","flow":"handling","v":3,"form":"ticket","rec":"r-1","s":"incident","n":6,'
    '"t":[[2,"look","both.0","waiting","look.2",["due"]],[4,"how","both.1","ready"],'
    '[5,"pause","both.2","stuck",null,[],"the moment to wait for is empty"]],'
    '"by":"u-ana","last":"u-ben","held":["2.due"],"e":7}'
)
FLOW = """
look: {type: task, assign: {role: agent}, outcomes: {done: {to: pause}}}
pause: {type: wait, message: paid, to: end}
end: {type: end}
"""


def test_state_of_format_1_is_read_whole():
    instance = Instance.from_json(FORMAT_1)

    assert instance.status is Status.INCIDENT
    assert instance.tokens == (
        Token(2, "look", "both.0", Stage.WAITING, "look.2", ("due",)),
        Token(4, "how", "both.1", Stage.READY),
        Token(5, "pause", "both.2", Stage.STUCK, reason="the moment to wait for is empty"),
    )
    assert (instance.initiator, instance.last_actor) == ("u-ana", "u-ben")
    assert (instance.held, instance.entered, instance.next_token) == (("2.due",), 7, 6)
    assert (instance.kept, instance.heard, instance.outcome) == ((), (), "")


def test_state_of_format_1_is_written_in_the_newest():
    written = json.loads(Instance.from_json(FORMAT_1).to_json())

    assert written["f"] == FORMAT
    assert Instance.from_json(json.dumps(written)) == Instance.from_json(FORMAT_1)


def test_case_that_began_in_format_1_goes_on():
    case = Case(a_flow(FLOW))
    case.instance = Instance.from_json(
        '{"f":1,"id":"i-1","flow":"handling","v":3,"form":"ticket","rec":"r-1","s":"running",'
        '"n":2,"t":[[1,"look","start","waiting","look.1"]],"by":"u-ana"}'
    )

    case.send(MessageCame("paid", "m-1"))
    case.send(TaskCompleted("look.1", "done", ANA))

    assert case.instance.status is Status.ENDED


@pytest.mark.parametrize("number", [0, FORMAT + 1, None])
def test_state_of_an_unknown_format_is_refused(number: int | None):
    with pytest.raises(BugError, match="has format"):
        Instance.from_json(json.dumps({**json.loads(FORMAT_1), "f": number}))


def test_state_of_a_waiting_case_is_small():
    case = Case(a_flow(FLOW))

    case.start()

    assert len(case.instance.to_json().encode()) < 300
