"""A folder of files is imported by a folder of mappings: in order, or refused beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builder.cli.conftest import Run
from tests.builder.cli.test_commands import written
from tests.runtime.exchange.conftest import SHOP

BUYERS = (
    "import: 1\napp: shop\nform: buyer\nsource: {file: Buyers.csv}\n"
    "columns: {Code: code, Name: name}\n"
)
ORDERS = (
    "import: 1\napp: shop\nform: order\nsource: {file: Orders.csv}\n"
    "columns: {Subject: subject, Buyer: {field: buyer, lookup: code}}\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """An app, two tables of which the second links to the first, and how to read them."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "mappings").mkdir()
    written(tmp_path, "shop.yaml", SHOP)
    written(tmp_path / "tables", "Buyers.csv", "Code,Name\nA,Ann\nB,Bob\n")
    written(tmp_path / "tables", "Orders.csv", "Subject,Buyer\nChairs,B\nTables,A\nLamps,\n")
    written(tmp_path / "mappings", "1_buyers.yaml", BUYERS)
    written(tmp_path / "mappings", "2_orders.yaml", ORDERS)
    return tmp_path


def all_of(shop: Path) -> list[str]:
    """The one command that loads everything."""
    return [
        *("records", "import", str(shop / "tables")),
        *("--app", str(shop / "shop.yaml"), "--mapping", str(shop / "mappings"), "--json"),
    ]


def test_every_file_arrives_in_the_order_of_its_mapping(run: Run, shop: Path) -> None:
    result = run(*all_of(shop))

    assert result.exit_code == 0, result.output
    assert [one["records"] for one in json.loads(result.stdout)] == [2, 3]


def test_an_app_that_is_installed_is_left_as_it_is(run: Run, shop: Path) -> None:
    run(*all_of(shop))

    result = run(*all_of(shop), "--again")

    assert result.exit_code == 1  # the codes of buyers are taken now
    assert [one["refused"] for one in json.loads(result.stdout)] == [2, 0]
    assert [
        one["version"] for one in json.loads(run("app", "versions", "shop", "--json").stdout)
    ] == [1]


def test_problems_of_each_file_stand_in_a_file_of_their_own(run: Run, shop: Path) -> None:
    written(shop / "tables", "Orders.csv", "Subject,Buyer\nChairs,nobody\n")

    result = run(*all_of(shop), "--problems", shop / "problems")

    assert result.exit_code == 1
    assert "nobody" in (shop / "problems" / "2_orders.csv").read_text("utf-8")


def test_a_lone_mapping_finds_its_file_in_a_folder(run: Run, shop: Path) -> None:
    run("app", "install", shop / "shop.yaml")

    result = run(
        *("records", "import", shop / "tables"),
        *("--mapping", shop / "mappings" / "1_buyers.yaml", "--json"),
    )

    assert json.loads(result.stdout)["records"] == 2


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (BUYERS.replace("source: {file: Buyers.csv}\n", ""), "does not say which file it is for"),
        (BUYERS.replace("Buyers.csv", "Missing.csv"), "there is no Missing.csv in"),
        (BUYERS.replace("Buyers.csv", "../shop.yaml"), "'../shop.yaml' is no name of a file"),
    ],
    ids=["no file named", "not there", "elsewhere"],
)
def test_nothing_is_imported_when_a_mapping_has_no_file(
    run: Run, shop: Path, mapping: str, sentence: str
) -> None:
    written(shop / "mappings", "9_last.yaml", mapping)

    result = run(*all_of(shop))

    assert result.exit_code == 1
    assert sentence in result.output
    assert json.loads(run("app", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tables/Buyers.csv", "--mapping", "mappings"), "name the folder of its files"),
        (("tables", "--mapping", "tables"), "holds no mapping file"),
        (("tables", "--mapping", "mappings", "--dry-run"), "A dry run stores nothing"),
    ],
    ids=["a file for many", "no mapping", "dry run"],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    run: Run, shop: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    given = [one if one.startswith("--") else str(shop / one) for one in arguments]

    result = run("records", "import", *given)

    assert result.exit_code == 1
    assert sentence in result.output
