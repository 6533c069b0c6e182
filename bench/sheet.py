"""The file of the import and export benches: orders of twelve columns, and the form they fill.

The same number gives the same order in every run. Measures nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

APP = "bench"
FORM = "order"
COLUMNS = (
    "number",
    "customer",
    "email",
    "phone",
    "city",
    "product",
    "quantity",
    "price",
    "ordered_on",
    "shipped_at",
    "status",
    "note",
)
CITIES = ("Madrid", "上海", "Lagos", "القاهرة", "Oslo", "Lima", "Hanoi", "Kyiv", "Perth", "Quito")
PRODUCTS = tuple(f"P{number:03d}" for number in range(200))
STATUSES = ("new", "paid", "sent", "returned")
FIRST_DAY = date(2024, 1, 1)
FIRST_MORNING = datetime(2024, 1, 1, 8, 0)  # noqa: DTZ001  a sheet knows no zones

_DEFINITION = f"""
format: 1
app: {APP}
title: Bench
time_zone: UTC
roles:
  clerk: {{title: Clerk, can: [import, export]}}
forms:
  {FORM}:
    title: Order
    title_plural: Orders
    name: "{{{{ number }}}}"
    fields:
      number: {{type: text, required: true, max_length: 20}}
      customer: {{type: text, required: true, max_length: 80}}
      email: {{type: email}}
      phone: {{type: text, max_length: 30, pattern: "[+0-9 ]+"}}
      city: {{type: text, max_length: 40}}
      product: {{type: text, max_length: 10, pattern: "P[0-9]{{3}}"}}
      quantity: {{type: integer, min: 1, max: 1000}}
      price: {{type: decimal, scale: 2, min: 0}}
      ordered_on: {{type: date}}
      shipped_at: {{type: datetime}}
      status: {{type: select, options: {{new: New, paid: Paid, sent: Sent, returned: Returned}}}}
      note: {{type: textarea, max_length: 2000}}
    views:
      all: {{title: All, columns: [number, customer, status]SEARCHED}}
    access:
      clerk: {{create: true, read: true, update: true}}
"""
DEFINITION = _DEFINITION.replace("SEARCHED", ", search: [number]")
# Every text, as views do whose author names none.
ALL_SEARCHED_DEFINITION = _DEFINITION.replace("SEARCHED", "")
MAPPING = f"import: 1\napp: {APP}\nform: {FORM}\ncolumns:\n" + "".join(
    f"  {name}: {name}\n" for name in COLUMNS
)


def an_order(number: int) -> tuple[Any, ...]:
    """The cells of one order, as a spreadsheet keeps them."""
    return (
        f"A-{number:07d}",
        f"Customer {number * 7919 % 30_011} of {CITIES[number % 7]}",
        f"buyer{number * 7919 % 30_011}@mail{number % 97}.example.org",
        f"+49 30 {number * 31 % 9_000_000 + 1_000_000}",
        CITIES[number % len(CITIES)],
        PRODUCTS[number * 37 % len(PRODUCTS)],
        number % 40 + 1,
        (number * 13 % 500_000) / 100,
        FIRST_DAY + timedelta(days=number % 700),
        FIRST_MORNING + timedelta(minutes=number * 17 % 900_000),
        STATUSES[number % len(STATUSES)],
        f"Leave it with the neighbours, please; bell {number % 1_000}, floor {number % 31}.",
    )


def orders(many: int) -> Iterator[tuple[Any, ...]]:
    """The first so many orders."""
    return map(an_order, range(many))


def write_workbook(path: Path, many: int) -> None:
    """The orders as Excel itself would save them: texts in the table of shared strings."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, COLUMNS)
    for at, order in enumerate(orders(many), 1):
        sheet.write_row(at, 0, order)
    book.close()


def write_csv(path: Path, many: int) -> None:
    """The orders as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(orders(many))
