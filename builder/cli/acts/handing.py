"""A chunk of an import as text, for the way to the process that stores it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.values import AppId, FormId, RecordId, ValueBlock
from runtime.commands import ImportedRecord, ImportRecords
from runtime.store.plain import dumps, loads


def chunk_text(command: ImportRecords) -> str:
    """The chunk, its values without loss."""
    return dumps(
        {
            "app": str(command.app),
            "form": str(command.form),
            "records": [
                [str(one.record), dict(one.values), one.occurred_at, list(map(list, one.changes))]
                for one in command.records
            ],
            "block": _block_data(command.block),
            "made_at": list(command.made_at),
            "rules": command.rules,
            "run": command.run,
            "resume_at": command.resume_at,
            "progress": dict(command.progress),
        }
    )


def chunk_of(text: str) -> ImportRecords:
    """The chunk of `chunk_text`."""
    data = loads(text)
    return ImportRecords(
        app=AppId(data["app"]),
        form=FormId(data["form"]),
        records=tuple(
            ImportedRecord(
                RecordId(id_), values, occurred_at, tuple((at, new) for at, new in changes)
            )
            for id_, values, occurred_at, changes in data["records"]
        ),
        rules=data["rules"],
        run=data["run"],
        resume_at=data["resume_at"],
        progress=data["progress"],
        block=_block(FormId(data["form"]), data["block"]),
        made_at=data["made_at"],
    )


def _block_data(block: ValueBlock | None) -> Any:
    if block is None:
        return None
    columns = {name: list(column) for name, column in block.columns.items()}
    return {"ids": list(block.ids), "columns": columns}


def _block(form: FormId, data: Mapping[str, Any] | None) -> ValueBlock | None:
    return None if data is None else ValueBlock(form, data["ids"], data["columns"])
