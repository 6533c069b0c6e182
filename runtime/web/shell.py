"""What stands around every page: apps, menu, counters, notifications, for one visitor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from engines.values import AppId, FormId
from runtime.access.shown import AppSummary, MenuEntry
from runtime.live import LiveApp
from runtime.web import addresses
from runtime.web.catalogue import Catalogue
from runtime.web.visitor import actor_anywhere, actor_for, live_app, person, runtime, visitor

# What a page may say after something was done; anything else in the address is not repeated.
_NOTICES = frozenset(
    {
        "created", "changed", "deleted", "completed", "claimed", "released", "flow_started",
        "saved", "sessions_ended", "password_changed", "token_revoked", "user_added",
        "rolled_back", "steered", "repeated", "handed_over", "sent", "token_made",
        "session_ended", "proxy_set", "proxy_ended", "copy_sent", "urged", "withdrawn",
        "taken_back", "returned", "signer_added", "wishes_kept", "work_added", "adding_closed",
    }
)  # fmt: skip
_MOST_AT_THE_BOTTOM = 5
_ICONS: Mapping[str, str] = {"tasks": "task", "dashboard": "chart", "form": "plus", "view": "list"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; a group's heading leads nowhere."""

    title: str
    href: str = ""
    icon: str = "list"
    count: int | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class AppLink:
    """An app in the switcher."""

    id: AppId
    title: str
    icon: str = "app"


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around the page."""

    app: AppLink | None
    apps: tuple[AppLink, ...]
    menu: tuple[Entry, ...]
    foot: tuple[Entry, ...]
    bottom: tuple[Entry, ...]
    here: str
    address: str
    unread: int
    initials: str
    find: str
    menu_state: str
    panel_state: str
    notice: str


def shell_of(app: str | None, here: str) -> Shell:
    """The shell of a page in an app, or outside any."""
    seer, words = visitor(), visitor().words
    apps = tuple(_app_link(one, seer.locale) for one in runtime().reading.apps(actor_anywhere()))
    menu = _menu(app, words, seer.locale) if app else _menu_at_large(words)
    return Shell(
        app=next((one for one in apps if one.id == app), None),
        apps=apps,
        menu=menu,
        foot=_foot(app, words),
        bottom=_bottom(menu, words),
        here=here,
        address=request.full_path.rstrip("?"),
        unread=sum(not one.is_read for one in runtime().reading.inbox(actor_anywhere())),
        initials=_initials(person().name),
        find=f"/a/{app}/find" if app else "/find",
        menu_state="icons" if request.cookies.get("dougong_menu") == "icons" else "full",
        panel_state="closed" if request.cookies.get("dougong_panel") == "closed" else "open",
        notice=_notice(words),
    )


def _app_link(app: AppSummary, locale: str) -> AppLink:
    return AppLink(app.id, app.title.in_locale(locale))


def _menu(app: str, words: Catalogue, locale: str) -> tuple[Entry, ...]:
    actor, live = actor_for(app), live_app(app)
    entries = runtime().reading.menu(actor, AppId(app))
    return tuple(_entries(live, entries, words, locale))


def _entries(
    live: LiveApp, found: Iterable[MenuEntry], words: Catalogue, locale: str
) -> Iterable[Entry]:
    app = live.definition.id
    for one in found:
        title = one.item.title.in_locale(locale) or words.say(f"menu.{one.item.kind}")
        if one.entries:
            yield Entry(title, is_group=True)
            yield from _entries(live, one.entries, words, locale)
            continue
        href = addresses.of_menu_item(app, one.item)
        yield Entry(title, href, _icon(live, one), one.count)


def _icon(live: LiveApp, entry: MenuEntry) -> str:
    form = live.definition.forms.get(FormId(entry.item.target.partition(".")[0]))
    own = form.icon if form is not None and entry.item.kind == "view" else ""
    return own or _ICONS.get(entry.item.kind, "list")


def _menu_at_large(words: Catalogue) -> tuple[Entry, ...]:
    entries = [
        Entry(words.say("shell.home"), "/", "home"),
        Entry(words.say("inbox.title"), "/inbox", "bell"),
        Entry(words.say("shell.profile"), "/profile", "user"),
    ]
    if person().is_admin:
        entries.append(Entry(words.say("admin.users"), "/admin/users", "users"))
        entries.append(Entry(words.say("staff.departments"), "/admin/departments", "building"))
        entries.append(Entry(words.say("admin.apps"), "/admin/apps", "box"))
    return tuple(entries)


def _foot(app: str | None, words: Catalogue) -> tuple[Entry, ...]:
    entries = []
    if app and (person().is_admin or "design" in actor_for(app).can):
        entries.append(Entry(words.say("shell.design"), f"/design/{app}", "design"))
    if app and (person().is_admin or "operate" in actor_for(app).can):
        entries.append(Entry(words.say("operate.title"), f"/a/{app}/operate", "flow"))
    if app and person().is_admin:
        entries.append(Entry(words.say("admin.title"), "/admin/users", "settings"))
    return tuple(entries)


def _bottom(menu: tuple[Entry, ...], words: Catalogue) -> tuple[Entry, ...]:
    """At most five: home first, then the menu's own first lines."""
    home = Entry(words.say("shell.home"), "/", "home")
    lines = [one for one in menu if not one.is_group and one.href != "/"]
    return (home, *lines[: _MOST_AT_THE_BOTTOM - 1])


def _notice(words: Catalogue) -> str:
    done = request.args.get("done", "")
    return words.say(f"done.{done}") if done in _NOTICES else ""


def _initials(name: str) -> str:
    parts = name.split()
    letters = [part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)]
    return "".join(letters).upper() or "?"
