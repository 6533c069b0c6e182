"""The bundled flows broken in hundreds of ways: every broken one is caught, no whole one is."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from engines.app import problems_of
from tests.engines.flow.mutants import Mutant, mutants
from tests.support.bundled import FILES, data_of

APPS = [file.stem for file in FILES if "flows" in yaml.safe_load(file.read_text("utf-8"))]
NOT_NEEDED = ("dashboards", "menu", "reports", "seeds", "tests", "theme")
MOST = 200  # mutants of one app, evenly over all of them
AT_ONCE = 80


def mutants_of(app: dict[str, Any]) -> list[Mutant]:
    found = [
        mutant
        for flow_id, flow in app["flows"].items()
        for mutant in mutants(flow_id, flow, app["forms"])
    ]
    step = -(-len(found) // MOST)
    return found[::step]


def caught(app: dict[str, Any], flows: dict[str, Any]) -> set[str]:
    """The ids of the flows that something is said about; of the bundled ones too."""
    found: set[str] = set()
    ids = list(flows)
    for start in range(0, len(ids), AT_ONCE):  # a text may hold only so many values
        some = {id_: flows[id_] for id_ in ids[start : start + AT_ONCE]}
        text = json.dumps({**app, "flows": {**app["flows"], **some}}, ensure_ascii=False)
        problems = problems_of(text.encode(), "app.json")
        assert all(one.path for one in problems), problems
        found |= {str(one.path[1]) for one in problems if one.path[0] == "flows"}
    return found


def an_app(name: str) -> dict[str, Any]:
    return {key: one for key, one in data_of(name).items() if key not in NOT_NEEDED}


@pytest.mark.parametrize("name", APPS)
def test_every_broken_flow_is_caught_and_no_whole_one_is(name: str) -> None:
    app = an_app(name)
    broken = {f"m{number}": one for number, one in enumerate(mutants_of(app))}

    found = caught(app, {id_: one.flow for id_, one in broken.items()})

    assert sorted(one.name for id_, one in broken.items() if id_ not in found) == []
    assert found <= set(broken)


def test_two_hundred_ways_are_tried() -> None:
    tried = [mutant.name for name in APPS for mutant in mutants_of(an_app(name))]

    assert len(set(tried)) >= 200
