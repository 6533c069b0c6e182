"""Imports and publishes, one after the other, while everything around is killed.

Each is repeated until it is acknowledged, under the same name: an import that was done but not
told refuses to be done again, a publish becomes one more version. What was acknowledged is written
down line by line in `done`, outside the data.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engines.errors import AppBuilderError, Conflict
from runtime.adapters.control import NobodyListens, RemoteError
from runtime.ports import Unavailable

LETTERS = Path(__file__).with_name("letters.yaml")
MAPPING = """\
import: 1
app: letters
form: paper
columns: {name: name}
"""
ROWS = 200
PAUSE_S = 0.5
FIELDS = "    fields:\n      name:"  # of the form `paper`

Act = Callable[[str, Mapping[str, Any]], Any]


def chores(act: Act, place: Path, stopped: threading.Event) -> None:
    """Import a file, publish a version, and so on until `stopped`, from where a killed one was."""
    done = place / "done"
    number = len(done.read_text("utf-8").splitlines()) if done.exists() else 0
    while not stopped.is_set():
        number += 1
        until_told(lambda: act("records.import", import_of(place, number)), stopped)  # noqa: B023
        until_told(lambda: act("app.publish", publish_of(number)), stopped)  # noqa: B023
        if not stopped.is_set():
            with done.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({"number": number}) + "\n")


def until_told(chore: Callable[[], Any], stopped: threading.Event) -> None:
    """Repeat it until it is acknowledged."""
    while not stopped.is_set():
        try:
            chore()
        except (NobodyListens, Unavailable, OSError):
            stopped.wait(PAUSE_S)
        except (RemoteError, Conflict) as error:
            if is_told_already(error):
                return
            if not is_cut_off(error):
                raise
            stopped.wait(PAUSE_S)
        else:
            return


def is_told_already(error: AppBuilderError) -> bool:
    """An import that had been done when its answer was lost."""
    return "--again" in str(error)


def is_cut_off(error: AppBuilderError) -> bool:
    """The process that worked on it ended, or a publish before it had been done already."""
    return isinstance(error, Conflict) or error.kind in ("no_answer", "Unavailable", "Conflict")  # type: ignore[attr-defined]


def import_of(place: Path, number: int) -> dict[str, Any]:
    """An import of a file of its own."""
    file = place / f"papers-{number}.csv"
    if not file.exists():
        rows = "".join(f"{number}-{row}\n" for row in range(ROWS))
        file.write_text(f"name\n{rows}", "utf-8")
    return {"path": str(file), "mapping": MAPPING, "name": "papers.yaml"}


def publish_of(number: int) -> dict[str, Any]:
    """A version with one more field, so that tables grow as well."""
    return {"text": text_of(number), "name": LETTERS.name, "note": str(number)}


def text_of(number: int) -> str:
    more = "".join(
        f"      more_{one}: {{type: text, title: More, indexed: true}}\n"
        for one in range(1, number + 1)
    )
    text = LETTERS.read_text("utf-8")
    assert FIELDS in text
    return text.replace(FIELDS, f"    fields:\n{more}      name:")
