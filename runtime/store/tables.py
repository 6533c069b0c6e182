"""Our own tables (`dg_…`), the same on both databases. Form tables are made by `layout`.

Instants are whole microseconds since 1970 UTC; maps are JSON text. Migrations bring a database to
this shape, and a test compares the two.

Long because it is one list of tables.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.store.sql import Flag, Moment

METADATA = sa.MetaData()

# A claim changes a hundred rows at once; with room in their pages no index is touched. Timers come
# due together, with all of their page: as much is left free as they take.
_ROOM_FOR_LEASES: Any = {"postgresql_with": {"fillfactor": 60}}
_ROOM_FOR_ALL: Any = {"postgresql_with": {"fillfactor": 45}}


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, Moment, nullable=null)


def _counter(name: str) -> sa.Column[int]:
    # SQLite counts up by itself only in a column declared INTEGER
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=True)


def _some_of(name: str, columns: tuple[str, ...], only: str) -> sa.Index:
    """An index over some of the rows, which steps of all others leave alone."""
    where = sa.text(only)
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _lease() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        _text("lease_token", null=True),
        _text("lease_owner", null=True),
        _number("lease_until", null=True),
    ]


# --- apps ------------------------------------------------------------------------------------

VERSION = sa.Table(
    "dg_version",
    METADATA,
    _key("app"),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("text"),
    _text("data"),
    _moment("published_at"),
    _text("published_by", null=True),
    _text("note"),
    _text("tables"),  # {"order": {"table": "desk__ticket", "fields": {…}, …}}
)
LIVE = sa.Table("dg_live", METADATA, _key("app"), _number("number"))
DRAFT = sa.Table(
    "dg_draft",
    METADATA,
    _key("app"),
    _text("text"),
    _number("base_version"),
    _number("revision"),
    _moment("updated_at"),
    _text("updated_by", null=True),
    _text("history"),
)
COLUMN = sa.Table(  # which column belongs to (field, kind), for ever
    "dg_column",
    METADATA,
    _key("app"),
    _key("form"),
    _key("field"),
    _key("kind"),
    _text("name"),
)

# --- people ----------------------------------------------------------------------------------

USER = sa.Table(
    "dg_user",
    METADATA,
    _key("id"),
    _text("email"),
    sa.Column("email_folded", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("password_hash"),
    _text("locale"),
    _text("time_zone"),
    sa.Column("is_active", Flag, nullable=False),
    sa.Column("is_admin", Flag, nullable=False),
    _number("revision"),
    _text("manager", null=True),
)
USER_ROLE = sa.Table(
    "dg_user_role",
    METADATA,
    _key("app"),
    _key("user"),
    _key("role"),
    sa.Index("dg_user_role_role", "app", "role"),
)
USER_DEPARTMENT = sa.Table("dg_user_department", METADATA, _key("user"), _key("department"))
DEPARTMENT = sa.Table(
    "dg_department",
    METADATA,
    _key("id"),
    _text("title"),
    _text("parent", null=True),
    _text("head", null=True),
)
USER_TRAIT = sa.Table(  # skills and regions
    "dg_user_trait",
    METADATA,
    _key("user"),
    _key("kind"),
    _key("name"),
    sa.Index("dg_user_trait_name", "kind", "name"),
)
PROXY = sa.Table(  # who acts for whom, and when
    "dg_proxy",
    METADATA,
    _key("id"),
    _text("user"),
    _text("substitute"),
    _moment("starts_at"),
    _moment("ends_at"),
    sa.Index("dg_proxy_user", "user"),
    sa.Index("dg_proxy_substitute", "substitute"),
)
TURN = sa.Table("dg_turn", METADATA, _key("app"), _key("group"), _text("user"))
ACCOUNT_LINK = sa.Table("dg_account_link", METADATA, _key("app"), _key("user"), _text("record"))
SESSION = sa.Table(
    "dg_session",
    METADATA,
    _key("id"),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    _text("user"),
    _text("csrf"),
    _moment("created_at"),
    _moment("seen_at"),
    _text("user_agent"),
    sa.Index("dg_session_user", "user"),
)
TOKEN = sa.Table(
    "dg_token",
    METADATA,
    _key("id"),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    _text("user"),
    _text("name"),
    _text("scopes"),
    _moment("created_at"),
    _moment("used_at", null=True),
    sa.Index("dg_token_user", "user"),
)
MUTE = sa.Table(
    "dg_mute",
    METADATA,
    _key("app"),
    _key("template"),
    _key("channel"),
    _key("user"),
    sa.Index("dg_mute_user", "user"),
)
SIGN_IN_LINK = sa.Table(
    "dg_sign_in_link",
    METADATA,
    _key("token_hash"),
    _text("user"),
    _moment("expires_at"),
    _moment("used_at", null=True),
)
ATTEMPT = sa.Table(
    "dg_attempt",
    METADATA,
    _counter("id"),
    _text("subject"),
    _moment("at"),
    sa.Index("dg_attempt_subject", "subject", "at"),
)

# --- the log ---------------------------------------------------------------------------------

EVENT = sa.Table(
    "dg_event",
    METADATA,
    _counter("number"),  # in the order of insertion; readers follow the seal, never this
    _text("id"),
    _text("app"),
    _number("version"),
    _text("kind"),
    _text("form", null=True),
    _text("record", null=True),
    _text("instance", null=True),
    _text("actor", null=True),
    _text("via"),
    _moment("occurred_at"),
    _moment("recorded_at"),
    _text("payload"),
    _number("seal", null=True),  # 1, 2, 3 … in sealed order
    sa.Index("dg_event_record", "app", "form", "record", "number"),
    sa.Index(
        "dg_event_unsealed",
        "number",
        sqlite_where=sa.text("seal IS NULL"),
        postgresql_where=sa.text("seal IS NULL"),
    ),
    sa.Index(
        "dg_event_seal",
        "seal",
        unique=True,
        sqlite_where=sa.text("seal IS NOT NULL"),
        postgresql_where=sa.text("seal IS NOT NULL"),
    ),
)
BLOCK = sa.Table(
    "dg_block",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _number("first_seal"),
    _number("last_seal"),
    _text("previous"),
    _text("hash"),
    _moment("sealed_at"),
)

ANCHOR = sa.Table(  # where the sealed log ends, with a proof that needs the master key
    "dg_anchor",
    METADATA,
    _key("log"),
    _number("block"),
    _number("events"),
    _text("hash"),
    _text("proof"),
)

# --- processes -------------------------------------------------------------------------------

INSTANCE = sa.Table(
    "dg_instance",
    METADATA,
    _key("id"),
    _text("app"),
    _text("flow"),
    _number("version"),
    _text("form"),
    _text("record"),
    _text("status"),
    _text("state"),
    _number("revision"),
    _moment("started_at"),
    _moment("ended_at", null=True),
    _text("incident"),
    _text("parent", null=True),
    _text("parent_ref", null=True),
    sa.Index(
        "dg_instance_parent",
        "parent",
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    ),
    sa.Index("dg_instance_record", "app", "form", "record"),
    sa.Index("dg_instance_status", "app", "status"),
)
TASK = sa.Table(
    "dg_task",
    METADATA,
    _key("id"),
    _text("app"),
    _text("instance"),
    _text("key"),
    _text("flow"),
    _text("node"),
    _text("form"),
    _text("record"),
    _text("assignee", null=True),
    _text("role", null=True),
    _text("state"),
    _moment("opened_at"),
    _moment("due_at", null=True),
    _moment("closed_at", null=True),
    _text("outcome"),
    _text("closed_by", null=True),
    _text("comment"),
    _number("revision"),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("signature", sa.Text, nullable=False, server_default=""),
    sa.Column("attachments", sa.Text, nullable=False, server_default=""),
    _text("on_behalf_of", null=True),
    _text("delegated_by", null=True),
    sa.Column("handovers", sa.BigInteger, nullable=False, server_default="0"),
    _moment("urged_at", null=True),
    sa.Index("dg_task_instance", "instance", "key"),
    sa.Index("dg_task_record", "app", "form", "record"),
    _some_of(
        "dg_task_assignee",
        ("app", "assignee", "due_at"),
        "state = 'open' AND assignee IS NOT NULL",
    ),
    _some_of("dg_task_role", ("app", "role", "due_at"), "state = 'open' AND assignee IS NULL"),
    _some_of("dg_task_closed_by", ("app", "closed_by", "closed_at"), "closed_by IS NOT NULL"),
)
COPY = sa.Table(  # who was sent a copy of an instance, once each, and when they read it
    "dg_copy",
    METADATA,
    _key("instance"),
    _key("user"),
    _text("app"),
    _text("flow"),
    _text("form"),
    _text("record"),
    _text("by", null=True),
    _text("note"),
    _moment("sent_at"),
    _moment("read_at", null=True),
    sa.Index("dg_copy_user", "app", "user", "sent_at"),
)
TIMER = sa.Table(
    "dg_timer",
    METADATA,
    _key("id"),
    _text("app"),
    _moment("due_at"),
    _text("instance"),  # '' for a timer of no instance, so that (app, instance, ref) is unique
    _text("ref"),
    _number("generation"),
    _number("attempts"),
    _text("last_error"),
    _text("state"),  # due, parked
    *_lease(),
    sa.UniqueConstraint("app", "instance", "ref", name="dg_timer_ref"),
    sa.Index("dg_timer_due", "state", "due_at"),
    sa.Index("dg_timer_instance", "instance"),
    **_ROOM_FOR_ALL,
)
CLOCK = sa.Table(
    "dg_clock",
    METADATA,
    _key("app"),
    _key("form"),
    _key("record"),
    _key("policy"),
    _key("target"),
    _text("state"),
    _number("cycle"),
    _moment("begun_at"),
    _moment("since"),
    _number("spent_us"),
    _number("within_us"),
    _text("calendar"),
    _moment("due_at", null=True),
    _moment("stopped_at", null=True),
    _text("reached"),
    sa.Index("dg_clock_due", "app", "form", "state", "due_at"),
)
DELIVERY = sa.Table(
    "dg_delivery",
    METADATA,
    _key("id"),
    _text("app"),
    _text("channel"),
    _text("target"),
    _text("subject"),
    _text("body"),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    _text("form", null=True),
    _text("record", null=True),
    _text("state"),
    _number("attempts"),
    _moment("next_at"),
    _text("last_error"),
    _moment("read_at", null=True),
    _moment("created_at", null=True),
    *_lease(),
    sa.Column("opens", sa.Text, nullable=False, server_default=""),
    sa.Column("locale", sa.Text, nullable=False, server_default=""),
    sa.Index("dg_delivery_due", "state", "next_at"),
    sa.Index("dg_delivery_target", "channel", "target", "created_at"),
    **_ROOM_FOR_LEASES,
)

# --- small facts -----------------------------------------------------------------------------

RUN = sa.Table(
    "dg_run", METADATA, _key("id"), _text("kind"), _text("state"), _moment("updated_at")
)
ANSWER = sa.Table(
    "dg_answer",
    METADATA,
    _key("key"),
    _key("actor"),
    _text("request"),
    _text("answer"),
    _moment("at"),
)
FILE = sa.Table(
    "dg_file",
    METADATA,
    _key("id"),
    _text("name"),
    _text("media_type"),
    _number("size_bytes"),
    _text("sha256"),
    _text("owner", null=True),
    _moment("created_at"),
    _text("app", null=True),
    _text("form", null=True),
    _text("record", null=True),
)
SERIAL = sa.Table(
    "dg_serial",
    METADATA,
    _key("app"),
    _key("form"),
    _key("field"),
    _key("period"),
    _number("number"),
)
KEY = sa.Table(
    "dg_key",
    METADATA,
    _key("id"),
    sa.Column("scope", sa.Text, nullable=False, unique=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    _moment("created_at"),
)
SEARCH = sa.Table(  # what has words of which field, '' for all; the index is the dialect's own
    "dg_search",
    METADATA,
    _counter("id"),
    _text("app"),
    _text("form"),
    _text("record"),
    _text("field"),
    sa.UniqueConstraint("record", "field", "form", "app", name="dg_search_place"),
)
