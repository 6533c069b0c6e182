"""What commands ask of an organisation, by name: plain data in, plain data out.

An act runs in the process that holds the store: in the command's own, or in the serving one that
the command reached over the socket of the data directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.cli.acts.act import Act
from builder.cli.acts.apps import APP_ACTS
from builder.cli.acts.flows import FLOW_ACTS
from builder.cli.acts.jobs import JOB_ACTS
from builder.cli.acts.records import RECORD_ACTS
from builder.cli.acts.staff import STAFF_ACTS
from builder.cli.acts.store import STORE_ACTS
from builder.cli.acts.users import USER_ACTS
from builder.cli.terms import error_text
from engines.errors import AppBuilderError, FieldErrors, NotFound
from runtime.bootstrap import Runtime

ACTS: Mapping[str, Act] = {
    **APP_ACTS,
    **USER_ACTS,
    **STAFF_ACTS,
    **RECORD_ACTS,
    **STORE_ACTS,
    **JOB_ACTS,
    **FLOW_ACTS,
}


def answered(runtime: Runtime, act: str, payload: Mapping[str, Any]) -> Any:
    """What the act answers a command of another process, which refusals reach as sentences."""
    try:
        return carry_out(runtime, act, payload)
    except FieldErrors as error:
        raise AppBuilderError(error_text(error)) from error


def carry_out(runtime: Runtime, act: str, payload: Mapping[str, Any]) -> Any:
    """What the act answers. Raises NotFound for an act of another version of the command."""
    found = ACTS.get(act)
    if found is None:
        raise NotFound(f"the act {act!r} in the serving process: restart it after an upgrade; it")
    return found(runtime, payload)
