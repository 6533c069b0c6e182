"""A case that cannot go on stops where everybody can see it, and goes on once it is mended."""

from __future__ import annotations

import pytest

from engines.errors import NotAllowed
from engines.values import FormId
from runtime.commands import RetryIncident
from tests.runtime.story.conftest import SHOP
from tests.support.worlds import World

ORDER = FormId("order")
TO_THE_LEAST_BUSY = SHOP.replace(
    "assign: {role: clerk, pick: pool}\n        form",
    "assign: {role: guest, pick: least_busy}\n        form",
)


def test_a_task_nobody_can_get_is_an_incident_that_an_operator_retries(world: World) -> None:
    world.publish(TO_THE_LEAST_BUSY)
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    order = world.submit(ana, "order", subject="Chairs", amount="500", note="many")
    stopped = world.reading.flows_of(ana, world.app, ORDER, order)[0]
    gus = world.person("gus", "guest")

    with pytest.raises(NotAllowed):
        world.do(RetryIncident(world.app, stopped.instance), ana)
    world.do(RetryIncident(world.app, stopped.instance), eve)

    assert stopped.status == "incident"
    assert world.reading.flows_of(ana, world.app, ORDER, order)[0].status == "running"
    assert len(world.tasks(gus)) == 1
