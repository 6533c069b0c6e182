"""An import beside a serving process: judged here, stored there, cut off without a loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.cli.acts import carry_out
from builder.cli.acts.handing import chunk_of, chunk_text
from builder.cli.house import opened
from builder.cli.importing import imported
from engines.errors import Conflict
from engines.values import AppId, FormId
from runtime.adapters.control import ControlServer
from runtime.bootstrap import Runtime
from runtime.commands import SYSTEM, CreateRecord, ImportRecords, PublishApp
from runtime.exchange.row_ids import TOGETHER
from runtime.exchange.run import FIRST_CHUNK, Progress
from runtime.ports import RecordQuery
from runtime.settings import Settings, load_settings
from tests.runtime.exchange.conftest import SHOP

MAPPING = "import: 1\napp: shop\nform: buyer\ncolumns: {code: code, name: name, secret: secret}\n"
ROWS = 4 * FIRST_CHUNK
# Of the first chunk, which begins below the heading and ends with its sixteen.
FIRST_RECORDS = FIRST_CHUNK + -(FIRST_CHUNK + 2) % TOGETHER


class Served:
    """The process that serves the data; its answers are counted."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.acts: list[str] = []

    def operate(self, act: str, payload: Any) -> Any:
        self.acts.append(act)
        return carry_out(self.runtime, act, payload)

    def names(self) -> list[str]:
        with self.runtime.store.read() as reader:
            table = self.runtime.live.app(reader, AppId("shop")).table(FormId("buyer"))
        found = self.runtime.store.stream(table, RecordQuery(FormId("buyer")))
        return sorted(one.values["name"] for one in found)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data_dir": tmp_path / "data", "master_key_file": tmp_path / "key"}, {})


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    with opened(settings) as runtime:
        runtime.bus.execute(PublishApp(SHOP, "shop.yaml"), SYSTEM)
        served = Served(runtime)
        control = ControlServer(settings.data_dir, served.operate)
        control.start()
        try:
            yield served
        finally:
            control.close()


def an_order(folder: Path, rows: int = ROWS) -> dict[str, Any]:
    file = folder / "buyers.csv"
    lines = "".join(f"C{row},Name {row:04d},told to nobody {row}\n" for row in range(rows))
    file.write_text(f"code,name,secret\n{lines}", "utf-8")
    return {"path": str(file), "mapping": MAPPING, "name": "buyers.yaml"}


def nothing(_: Progress) -> None:
    return


def test_a_file_is_judged_here_and_stored_by_the_process_that_serves(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    result = imported(settings, an_order(tmp_path), nothing)

    assert result["is_whole"]
    assert served.names() == [f"Name {row:04d}" for row in range(ROWS)]
    assert set(served.acts) == {"records.store"}
    assert len(served.acts) > 2


class Interrupted(BaseException):
    """Somebody pressed control and C."""


def test_a_client_that_is_cut_off_goes_on_where_it_was(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    seen: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress)
        raise Interrupted

    with pytest.raises(Interrupted):
        imported(settings, an_order(tmp_path), interrupt)
    half = len(served.names())

    result = imported(settings, an_order(tmp_path), nothing)

    assert half == seen[0].records == FIRST_RECORDS
    assert result["resumed_at"] == FIRST_RECORDS + 1
    assert result["is_whole"]
    assert len(served.names()) == ROWS


def test_a_value_taken_by_the_server_meanwhile_is_a_problem_of_its_row(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    def take_one(progress: Progress) -> None:
        if progress.records == FIRST_RECORDS:
            answers = {"code": f"C{ROWS - 1}", "name": "First"}
            command = CreateRecord(AppId("shop"), FormId("buyer"), answers)
            served.runtime.bus.execute(command, SYSTEM)

    result = imported(settings, an_order(tmp_path), take_one)

    assert [one["row"] for one in result["problems"]] == [ROWS + 1]
    assert result["records"] == ROWS - 1


def test_a_chunk_judged_before_a_value_was_taken_is_refused(served: Served) -> None:
    answers = {"code": "C1", "name": "First"}
    served.runtime.bus.execute(CreateRecord(AppId("shop"), FormId("buyer"), answers), SYSTEM)
    late = chunk_of(
        '{"app":"shop","form":"buyer","records":[],"block":{'
        '"ids":["01900000-0000-7000-8000-000000000001"],"columns":{"code":["C1"],"name":["Late"]}},'
        '"made_at":[null],"rules":"off","run":"","resume_at":0,"progress":{}}'
    )

    with pytest.raises(Conflict, match="taken meanwhile"):
        served.runtime.bus.execute(late, SYSTEM)

    assert served.names() == ["First"]


def test_a_chunk_is_the_same_at_the_other_end() -> None:
    text = (
        '{"app":"a","form":"f","records":[["r1",{"price":{"$d":"1.50"},"on":{"$on":"2026-01-01"},'
        '"at":{"$t":1767225600000000}},{"$t":5},[[{"$t":7},{"price":null}]]]],'
        '"block":{"ids":["r2"],"columns":{"price":[{"$d":"1.50"}],"on":[null]}},'
        '"made_at":[{"$t":5}],"rules":"full","run":"x","resume_at":7,"progress":{"refused":1}}'
    )

    command = chunk_of(text)

    assert isinstance(command, ImportRecords)
    assert chunk_text(command) == text
