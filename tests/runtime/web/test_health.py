"""What load balancers and operators are told."""

from __future__ import annotations

from typing import Any

from tests.support.sites import Site


def test_a_process_with_our_schema_and_all_live_versions_is_ready(site: Site) -> None:
    answer = site.app.test_client().get("/ready")

    assert (answer.status_code, answer.get_json()) == (200, {"state": "ready"})


def test_a_database_of_another_schema_is_not_ready(site: Site) -> None:
    raw(site, "UPDATE dg_schema SET version_num = '9999'")

    answer = site.app.test_client().get("/ready")

    assert (answer.status_code, answer.get_json()) == (503, {"state": "schema"})


def test_a_live_version_that_this_process_cannot_read_is_not_ready(site: Site) -> None:
    raw(site, "UPDATE dg_live SET number = 77")

    answer = site.app.test_client().get("/ready")

    assert (answer.status_code, answer.get_json()) == (503, {"state": "apps"})


def test_a_closed_database_is_neither_well_nor_ready(site: Site) -> None:
    site.runtime.store.close()

    health, ready = (site.app.test_client().get(path) for path in ("/health", "/ready"))

    assert (health.status_code, health.get_json()) == (503, {"state": "database"})
    assert (ready.status_code, ready.get_json()) == (503, {"state": "database"})


def raw(site: Site, sql: str) -> None:
    def work(unit: Any) -> None:
        unit.session.raw.execute(sql)

    site.runtime.store.run(work)
