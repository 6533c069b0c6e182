"""Everything that is set from outside, in one place: command line, environment, file, defaults.

In this order, the first that says something wins: an argument of the command, `DOUGONG_…` in the
environment, `dougong.toml` in the data directory, the default. `docs/settings.md` is made of the
dataclass by `settings_page`. Reads files; opens no database. Over 300 lines because all settings
stand here together.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from engines.errors import AppBuilderError

SETTINGS_FILE = "dougong.toml"
PREFIX = "DOUGONG_"


class SettingsError(AppBuilderError):
    """Settings that cannot be used, each with what to write instead."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def _about(text: str, *, is_secret: bool = False) -> Mapping[str, Any]:
    return {"help": text, "is_secret": is_secret}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process."""

    data_dir: Path = field(
        default=Path("data"),
        metadata=_about("Where everything is kept; one directory is one organisation."),
    )
    database_url: str = field(
        default="",
        metadata=_about(
            "postgresql://user:password@host/name; empty: SQLite in `data_dir`.", is_secret=True
        ),
    )
    host: str = field(
        default="127.0.0.1", metadata=_about("The address the web server listens on.")
    )
    port: int = field(default=8000, metadata=_about("The port it listens on."))
    base_url: str = field(
        default="",
        metadata=_about(
            "The address people type, `https://desk.example.org`; links in mails begin with it. "
            "Empty: `http://<host>:<port>`."
        ),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=_about("Addresses or networks of proxies whose X-Forwarded-For is believed."),
    )
    master_key_file: Path = field(
        default=Path(),
        metadata=_about("The master key, outside `data_dir`. Empty: `<data_dir>.key` beside it."),
    )
    mail_url: str = field(
        default="",
        metadata=_about(
            "`smtp://user:password@host:587`, or `smtps://` for TLS at once; empty: mails wait in "
            "the outbox.",
            is_secret=True,
        ),
    )
    mail_from: str = field(
        default="",
        metadata=_about("The address mails come from. Empty: `no-reply@<host of base_url>`."),
    )
    connector_hosts: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Hosts, addresses and networks inside that connectors may call; public hosts are "
            "called by https without being named."
        ),
    )
    secrets: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about(
            "What connectors show the programs they call, each by its name and the host it is "
            'for: a table `[secrets]` in the file, `"erp_token@erp.example.com" = "…"`, or '
            "`name@host=value,…` in the environment.",
            is_secret=True,
        ),
    )
    threads: int = field(default=16, metadata=_about("Requests worked on at once in one process."))
    job_threads: int = field(
        default=4,
        metadata=_about("Timers, and messages, worked on at once in one process: so many each."),
    )
    max_upload_mb: int = field(
        default=25, metadata=_about("The largest file somebody may attach, in MB.")
    )

    @property
    def is_embedded(self) -> bool:
        """Whether the store is SQLite in the data directory."""
        return not self.database_url

    @property
    def is_https(self) -> bool:
        """Whether people reach us by https."""
        return self.base_url.startswith("https://")

    @property
    def key_file(self) -> Path:
        """Where the master key stands."""
        if self.master_key_file != Path():
            return self.master_key_file
        directory = self.data_dir.absolute()
        return directory.with_name(f"{directory.name}.key")

    @property
    def files_dir(self) -> Path:
        """Where attachments are kept."""
        return self.data_dir / "files"

    @property
    def sender(self) -> str:
        """The address mails come from."""
        return self.mail_from or f"no-reply@{urlsplit(self.base_url).hostname}"


def load_settings(
    arguments: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings of a process; `arguments` that are None were not given.

    Raises SettingsError with all that is wrong.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    from_environment = _from_environment(os.environ if environment is None else environment)
    early = {**from_environment, **given}
    data_dir = Path(early.get("data_dir", Settings().data_dir))
    problems: list[str] = []
    merged = {**_from_file(data_dir, problems), **early, "data_dir": data_dir}
    settings = Settings(**_typed(merged, problems))
    problems += _problems(settings)
    if problems:
        raise SettingsError(tuple(problems))
    if settings.base_url:
        return replace(settings, base_url=settings.base_url.rstrip("/"))
    return replace(settings, base_url=f"http://{_host_text(settings.host)}:{settings.port}")


def settings_page() -> str:
    """`docs/settings.md`."""
    rows = [
        f"| `{one.name}` | `{PREFIX}{one.name.upper()}` | {_default_text(one)} "
        f"| {one.metadata['help']}{' Secret.' if one.metadata['is_secret'] else ''} |"
        for one in fields(Settings)
    ]
    return "\n".join([_PAGE_HEAD, *rows, "", _PAGE_TAIL])


_PAGE_HEAD = """\
# Settings

Set them, the first that says something wins, as an argument of the command (`--base-url`), in the
environment, or in `dougong.toml` in the data directory (`base_url = "https://desk.example.org"`).

| name | environment | default | what it is |
|---|---|---|---|"""

_PAGE_TAIL = """\
## Secrets

`dougong.toml` may hold secrets and must be readable by its owner only (`chmod 600`). The master
key is a file of its own, never inside the data directory: who has a copy of the data directory
alone can read no encrypted value. Keep a copy of the key where you keep no copy of the data.
Without the key nobody can read encrypted values, attachments and backups.
"""


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {f"{PREFIX}{one.name.upper()}": one.name for one in fields(Settings)}
    return {names[key]: text for key, text in environment.items() if key in names}


def _from_file(data_dir: Path, problems: list[str]) -> dict[str, Any]:
    file = data_dir / SETTINGS_FILE
    if not file.exists():
        return {}
    if file.stat().st_mode & 0o077:
        problems.append(f"{file} may hold secrets and others can read it. Run: chmod 600 {file}")
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{file} cannot be read: {error}.")
        return {}
    known = {one.name for one in fields(Settings)} - {"data_dir"}
    problems += [
        f"{file}: there is no setting {name!r}. docs/settings.md lists them all."
        for name in sorted(set(data) - known)
    ]
    return {name: value for name, value in data.items() if name in known}


def _typed(values: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(Settings):
        if one.name in values:
            try:
                found[one.name] = _READERS[str(one.type)](values[one.name])
            except (ValueError, TypeError):
                problems.append(f"{one.name}: {values[one.name]!r} is no {_WORDS[str(one.type)]}.")
    return found


def _texts(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _pairs(value: Any) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return {str(name): str(one) for name, one in value.items()}
    parts = [one.partition("=") for one in _texts(value)]
    if not all(name and sign for name, sign, _ in parts):
        raise ValueError(value)
    return {name.strip(): one.strip() for name, _, one in parts}


_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "Path": lambda value: Path(str(value)).expanduser(),
        "str": str,
        "int": int,
        "tuple[str, ...]": _texts,
        "Mapping[str, str]": _pairs,
    }
)
_WORDS = MappingProxyType(
    {
        "Path": "path",
        "str": "text",
        "int": "whole number",
        "tuple[str, ...]": "list of texts",
        "Mapping[str, str]": "table of texts",
    }
)


def _problems(settings: Settings) -> list[str]:
    problems = _address_problems(settings)
    problems += [
        f"trusted_proxies: {one!r} is no address and no network. Write 10.0.0.1 or 10.0.0.0/8."
        for one in settings.trusted_proxies
        if not _is_network(one)
    ]
    limits = {"port": (0, 65_535), "threads": (1, 256), "job_threads": (1, 64)}
    limits["max_upload_mb"] = (1, 4_096)
    for name, (least, most) in limits.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            problems.append(f"{name}: {value} is out of range. Write {least} to {most}.")
    if settings.key_file.resolve().is_relative_to(settings.data_dir.resolve()):
        problems.append(
            "master_key_file stands inside the data directory, so that a copy of the data would "
            "hold its own key. Put it elsewhere."
        )
    if settings.database_url and not settings.database_url.startswith(
        ("postgresql://", "postgres://", "postgresql+psycopg://")
    ):
        problems.append("database_url: write postgresql://user:password@host/name.")
    return problems


def _address_problems(settings: Settings) -> list[str]:
    base = urlsplit(settings.base_url)
    if settings.base_url and (base.scheme not in ("http", "https") or not base.hostname):
        return [f"base_url: {settings.base_url!r} is no address. Write https://desk.example.org."]
    if is_loopback(settings.host) and (not settings.base_url or _is_local(base.hostname)):
        return []
    if base.scheme == "https":
        return []
    return [
        "Sign-in cookies need https beyond this machine: set --base-url https://… "
        f"(DOUGONG_BASE_URL) to the address your proxy serves, or listen on 127.0.0.1 "
        f"instead of {settings.host}."
    ]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_local(host: str | None) -> bool:
    return host is not None and is_loopback(host)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _host_text(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _default_text(one: Field[Any]) -> str:
    default = () if one.default is MISSING else one.default
    text = ", ".join(default) if isinstance(default, tuple) else str(default)
    return f"`{text}`" if text not in ("", ".") else ""
