"""Acts on the whole: backup, the log's proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from builder.cli.acts.act import Act
from runtime.adapters.backup import write_backup
from runtime.adapters.keys import load_master_keys
from runtime.bootstrap import FILES_DIRECTORY, Runtime
from runtime.ports import Anchor


def backup(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write the database and all attachments into one sealed archive; work goes on meanwhile."""
    settings, target = runtime.settings, Path(payload["target"])
    size = write_backup(
        runtime.store,
        settings.data_dir / FILES_DIRECTORY,
        load_master_keys(settings.key_file),
        target,
        runtime.clock.now(),
    )
    return {"archive": str(target), "size_bytes": size, "key_file": str(settings.key_file)}


def verify_events(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Compare every sealed event with its block, and every block with the one before."""
    kept = payload.get("anchor")
    with runtime.store.read() as reader:
        report = asdict(reader.events.verify(Anchor(**kept) if kept else None))
    return {**report, "problems": list(report["problems"])}


def anchor(runtime: Runtime, payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the sealed log ends."""
    with runtime.store.read() as reader:
        found = reader.events.anchor()
    return None if found is None else asdict(found)


STORE_ACTS: Mapping[str, Act] = {
    "backup": backup,
    "events.verify": verify_events,
    "events.anchor": anchor,
}
