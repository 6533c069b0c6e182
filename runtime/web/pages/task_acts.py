"""What people do with a task beside finishing it: pass it on, lend it, send back, ask others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotFound
from engines.values import AppId, TaskId, UserId
from runtime.commands import (
    AddSigner,
    Command,
    DelegateTask,
    RemoveSigner,
    ReturnTask,
    TakeBackTask,
    TransferTask,
)
from runtime.web import addresses
from runtime.web.redirects import go_to
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_for, runtime

task_acts = Blueprint("task_acts", __name__)


def _word(name: str, longest: int = 60) -> str:
    return request.form.get(name, "").strip()[:longest]


def _somebody() -> UserId:
    return UserId(_word("to"))


def _comment() -> str:
    return _word("comment", 2_000)


# by the button's value: the command, and what the next page says
_ACTS: Mapping[str, tuple[Callable[[AppId, TaskId], Command], str]] = {
    "transfer": (lambda a, t: TransferTask(a, t, _somebody(), _comment()), "handed_over"),
    "delegate": (lambda a, t: DelegateTask(a, t, _somebody(), _comment()), "handed_over"),
    "return": (lambda a, t: ReturnTask(a, t, _word("return_to"), _comment()), "returned"),
    "add_signer": (
        lambda a, t: AddSigner(a, t, UserId(_word("signer")), _word("where")),
        "signer_added",
    ),
    "remove_signer": (lambda a, t: RemoveSigner(a, t, _comment(), _word("signer")), "steered"),
    "take_back": (TakeBackTask, "taken_back"),
}


@route(task_acts, "/a/<app>/tasks/<task>/act", permission=SIGNED_IN, methods=["POST"])
def act(app: str, task: str) -> AnyResponse:
    """Do it; the handler refuses what the definition or the moment does not allow."""
    found = _ACTS.get(request.form.get("_act", ""))
    if found is None:
        raise NotFound("this act")
    make, done = found
    outcome = runtime().bus.execute(make(AppId(app), TaskId(task)), actor_for(app))
    if outcome.instance is not None:
        return go_to(f"{addresses.flow(AppId(app), outcome.instance)}?done={done}")
    return go_to(f"{addresses.tasks(AppId(app))}&done={done}")
