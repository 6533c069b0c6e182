"""Every address that the guide to the API names is there."""

from __future__ import annotations

import re
from pathlib import Path

from runtime.web.routes import route_lines
from tests.support.sites import Site, spelled_out

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_guide_names_addresses_that_are_there(site: Site) -> None:
    rows = re.findall(r"^\| `([A-Z ]+) (/[^`]*)` \|", GUIDE.read_text("utf-8"), re.MULTILINE)

    named = {(method, _shape(address)) for methods, address in rows for method in methods.split()}

    there = {
        (method, _shape(rule.removeprefix("/api/v1")))
        for line in route_lines(site.app)
        for rule in spelled_out(line.rule)
        for method in line.methods
    }
    assert len(named) > 25
    assert named - there == set()


def _shape(address: str) -> str:
    return re.sub(r"<[^>]+>", "<>", address)
