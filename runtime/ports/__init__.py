"""What the runtime needs of the outside: clock, ids, store, files, transports, jobs. No code."""

from __future__ import annotations

from runtime.ports.apps import Definitions, DraftRow, Registry, VersionRow
from runtime.ports.clocks import ClockRow, Clocks
from runtime.ports.log import Anchor, ChainReport, Events, StoredEvent
from runtime.ports.outside import (
    Clock,
    FileInfo,
    Files,
    IdSource,
    Jobs,
    KeyWrap,
    MailTransport,
    NotYet,
    OutgoingMail,
)
from runtime.ports.people import Directory, Entrance, SessionRow, Standing, TokenRow, UserRow
from runtime.ports.process import (
    CopyRow,
    DeliveryRow,
    InstanceRow,
    Instances,
    Lease,
    Queue,
    TaskRow,
    TimerRow,
)
from runtime.ports.records import (
    FieldTable,
    Filter,
    FormTable,
    Record,
    RecordPage,
    RecordQuery,
    Records,
    SortKey,
)
from runtime.ports.staff import TRAITS, DepartmentRow, Group, ProxyRow, Staff
from runtime.ports.store import Reader, Store, Unavailable, Unit, WrongSchema

__all__ = [
    "TRAITS",
    "Anchor",
    "ChainReport",
    "Clock",
    "ClockRow",
    "Clocks",
    "CopyRow",
    "Definitions",
    "DeliveryRow",
    "DepartmentRow",
    "Directory",
    "DraftRow",
    "Entrance",
    "Events",
    "FieldTable",
    "FileInfo",
    "Files",
    "Filter",
    "FormTable",
    "Group",
    "IdSource",
    "InstanceRow",
    "Instances",
    "Jobs",
    "KeyWrap",
    "Lease",
    "MailTransport",
    "NotYet",
    "OutgoingMail",
    "ProxyRow",
    "Queue",
    "Reader",
    "Record",
    "RecordPage",
    "RecordQuery",
    "Records",
    "Registry",
    "SessionRow",
    "SortKey",
    "Staff",
    "Standing",
    "Store",
    "StoredEvent",
    "TaskRow",
    "TimerRow",
    "TokenRow",
    "Unavailable",
    "Unit",
    "UserRow",
    "VersionRow",
    "WrongSchema",
]
