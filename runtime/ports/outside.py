"""Clock, ids, files and mail: what the runtime needs of the machine it runs on. No code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from engines.errors import AppBuilderError
from engines.values import FileId


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """This instant, UTC, aware."""

    def monotonic_s(self) -> float:
        """Seconds that never go backwards, for leases and deadlines."""

    def cpu_s(self) -> float:
        """Seconds of CPU that this thread has had; for what must stay short for others."""


class IdSource(Protocol):
    """The only source of identifiers and secrets."""

    def new(self) -> str:
        """A new UUIDv7 as text of 36 characters; later ones sort later."""

    def many(self, count: int) -> list[str]:
        """So many new ids, in order."""

    def token(self) -> str:
        """A new secret of 256 bits, url-safe text."""


class KeyWrap(Protocol):
    """The master key, which never leaves its adapter: it wraps data keys."""

    def wrap(self, key: bytes, purpose: str) -> bytes:
        """The key, encrypted; `purpose` must be given again to unwrap it."""

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """The key. Raises BugError when no master key at hand opens it."""

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the newest master key wrapped it."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A stored file; its bytes live under its id, its name only here."""

    id: FileId
    name: str
    media_type: str  # judged by content
    size_bytes: int
    sha256: str


class Files(Protocol):
    """Bytes of attachments, encrypted at rest."""

    def save(self, id_: FileId, source: BinaryIO, *, max_bytes: int) -> tuple[int, str]:
        """Store the stream; its size and SHA-256. Raises FieldErrors when it is too large."""

    def open(self, id_: FileId) -> BinaryIO:
        """The bytes, decrypted. Raises NotFound."""

    def delete(self, id_: FileId) -> None:
        """Forget the bytes."""

    def rotate_keys(self) -> int:
        """Wrap the keys of all files anew with the newest master key; how many were not."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail as the transport gets it."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str = ""


class NotYet(AppBuilderError):
    """A message cannot leave for now and nobody is at fault; it waits without being given up."""


class Undeliverable(AppBuilderError):
    """Trying again cannot help: the address is wrong, the receiver refused for good."""


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A request to another program as the caller gets it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What another program answered."""

    status: int
    body: bytes


class HttpCaller(Protocol):
    """Calls other programs, and only those that may be called."""

    def call(self, order: OutgoingCall) -> CallAnswer:
        """The answer, whatever its status. Raises Undeliverable where nobody may be called."""


class MailTransport(Protocol):
    """Hands a mail to a server."""

    def send(self, mail: OutgoingMail) -> None:
        """Deliver or raise; a repeat carries the same Message-ID."""


class Jobs(Protocol):
    """Runs due timers and deliveries soon after they are committed, and sweeps for lost ones."""

    def start(self) -> None:
        """Begin to work in the background."""

    def stop(self) -> None:
        """Finish what runs and stop; nothing is lost."""

    def wake(self) -> None:
        """Something may be due now. Cheap; called after commits."""
