"""A chunk of an import as text, for the way to the process that stores it, and back."""

from __future__ import annotations

from engines.values import AppId, FormId, RecordId
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
    )
