"""What the API lets people do to tasks, cases and substitutes: one table, read by OpenAPI too.

What an act is stands in `act.py`.
"""

from __future__ import annotations

from typing import Final

from engines.flow.person_signals import Where
from engines.values import FlowId, FormId, InstanceId, NodeId, RecordId, TaskId, UserId
from runtime import commands
from runtime.web.api.act import COMMENT, FLAG, ID, IDS, MOMENT, Act

TASK_ACTS: Final = (
    Act(
        "transfer",
        "Give a task to somebody else for good",
        lambda app, id_, given: commands.TransferTask(
            app, TaskId(id_), UserId(given["to"]), given["comment"]
        ),
        {"to": ID, "comment": COMMENT},
        ("to",),
    ),
    Act(
        "delegate",
        "Let somebody else act first",
        lambda app, id_, given: commands.DelegateTask(
            app, TaskId(id_), UserId(given["to"]), given["comment"]
        ),
        {"to": ID, "comment": COMMENT},
        ("to",),
    ),
    Act(
        "add-signer",
        "Ask somebody else to sign",
        lambda app, id_, given: commands.AddSigner(
            app, TaskId(id_), UserId(given["user"]), given["where"]
        ),
        {"user": ID, "where": {"type": "string", "enum": [one.value for one in Where]}},
        ("user", "where"),
    ),
    Act(
        "remove-signer",
        "Ask a signer no longer",
        lambda app, id_, given: commands.RemoveSigner(
            app, TaskId(id_), given["reason"], given["who"]
        ),
        {
            "reason": COMMENT,
            "who": {**ID, "description": "A person or role who may not be asked yet."},
        },
    ),
    Act(
        "return",
        "Send the case back: to initiator, previous or a node",
        lambda app, id_, given: commands.ReturnTask(
            app, TaskId(id_), given["to"], given["comment"]
        ),
        {"to": ID, "comment": COMMENT},
        ("to",),
    ),
    Act(
        "take-back",
        "Take the latest act back",
        lambda app, id_, _: commands.TakeBackTask(app, TaskId(id_)),
        {},
    ),
)

FLOW_ACTS: Final = (
    Act(
        "withdraw",
        "Take back a case that one has started",
        lambda app, id_, given: commands.WithdrawFlow(app, InstanceId(id_), given["reason"]),
        {"reason": COMMENT},
    ),
    Act(
        "urge",
        "Remind those whose turn it is",
        lambda app, id_, _: commands.UrgeFlow(app, InstanceId(id_)),
        {},
    ),
    Act(
        "copies",
        "Send copies",
        lambda app, id_, given: commands.SendCopies(
            app, InstanceId(id_), tuple(map(UserId, given["users"])), given["note"]
        ),
        {"users": IDS, "note": COMMENT},
        ("users",),
    ),
    Act(
        "read-copy",
        "Note that the copy was read",
        lambda app, id_, _: commands.ReadCopy(app, InstanceId(id_)),
        {},
    ),
    Act(
        "suspend",
        "Hold the case",
        lambda app, id_, given: commands.SuspendFlow(app, InstanceId(id_), given["reason"]),
        {"reason": COMMENT},
        ("reason",),
    ),
    Act(
        "resume",
        "Let a held case go on",
        lambda app, id_, given: commands.ResumeFlow(app, InstanceId(id_), given["reason"]),
        {"reason": COMMENT},
        ("reason",),
    ),
    Act(
        "terminate",
        "End the case",
        lambda app, id_, given: commands.TerminateFlow(app, InstanceId(id_), given["reason"]),
        {"reason": COMMENT},
        ("reason",),
    ),
    Act(
        "jump",
        "Move what stands at a node to another",
        lambda app, id_, given: commands.JumpFlow(
            app, InstanceId(id_), NodeId(given["node"]), NodeId(given["to"]), given["reason"]
        ),
        {"node": ID, "to": ID, "reason": COMMENT},
        ("node", "to", "reason"),
    ),
    Act(
        "wake",
        "End the waiting at a node",
        lambda app, id_, given: commands.WakeFlow(
            app, InstanceId(id_), NodeId(given["node"]), given["reason"]
        ),
        {"node": ID, "reason": COMMENT},
        ("node", "reason"),
    ),
    Act(
        "retry",
        "Try again what has stopped",
        lambda app, id_, _: commands.RetryIncident(app, InstanceId(id_)),
        {},
    ),
    Act(
        "add-work",
        "One more piece of work at a node that takes more",
        lambda app, id_, given: commands.AddWork(
            app, InstanceId(id_), NodeId(given["node"]), UserId(given["to"]) or None
        ),
        {"node": ID, "to": ID},
        ("node",),
    ),
    Act(
        "close-adding",
        "Take no more work at a node",
        lambda app, id_, given: commands.CloseAdding(app, InstanceId(id_), NodeId(given["node"])),
        {"node": ID},
        ("node",),
    ),
)

START: Final = Act(
    "start",
    "Start a flow on a record",
    lambda app, _, given: commands.StartFlow(
        app, FlowId(given["flow"]), RecordId(given["record"])
    ),
    {"flow": ID, "record": ID},
    ("flow", "record"),
)
MESSAGE: Final = Act(
    "messages",
    "Bring a message to the flows on a record; the same key counts once",
    lambda app, _, given: commands.DeliverMessage(
        app,
        FormId(given["form"]),
        RecordId(given["record"]),
        given["message"],
        given["key"],
        given["keep"],
    ),
    {
        "form": ID,
        "record": ID,
        "message": ID,
        "key": {**ID, "maxLength": 200},
        "keep": {**FLAG, "default": True, "description": "For a flow that waits for it later."},
    },
    ("form", "record", "message", "key"),
)
HAND_OVER: Final = Act(
    "hand-over",
    "Give all open tasks of a person to somebody else",
    lambda app, id_, given: commands.HandOverTasks(
        app, UserId(id_), UserId(given["to"]), given["reason"]
    ),
    {"to": ID, "reason": COMMENT},
    ("to",),
)
SET_PROXY: Final = Act(
    "substitutes",
    "Let somebody act for a person for a period",
    lambda app, id_, given: commands.SetProxy(
        app, UserId(id_), UserId(given["substitute"]), given["from"], given["until"]
    ),
    {"substitute": ID, "from": MOMENT, "until": MOMENT},
    ("substitute", "from", "until"),
)
LINK_ACCOUNT: Final = Act(
    "record",
    "Say which record is an account's own; without one, none is",
    lambda app, id_, given: commands.LinkAccount(
        app, UserId(id_), FormId(given["form"]), RecordId(given["record"]) or None
    ),
    {"form": ID, "record": ID},
    ("form",),
)
PERSON_ACTS: Final = (HAND_OVER, SET_PROXY, LINK_ACCOUNT)
