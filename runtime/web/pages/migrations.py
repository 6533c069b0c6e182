"""For operators: cases and the versions they follow; plan, look, bring to another, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from engines.errors import NotFound
from engines.values import AppId, FlowId, FormId, InstanceId, LocaleText, NodeId, RecordId
from runtime.access.migrations import MigrationForm
from runtime.commands import MigrateFlows
from runtime.web.catalogue import Catalogue
from runtime.web.filters import AskedFilter, added_filter, operators_of
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import can, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

migrations = Blueprint("migrations", __name__)

_OPERATE = can("operate")
_MOST_PLANNED = 1_000  # cases a page looks at; a program has no such limit
_MOST_TURNS = 500  # of one act, a few hundred cases each
_MAPPED = "map."  # before a node's id: by which of the target it is replaced
_VERDICTS = ("moves", "needs_a_person", "stays")
_COLORS = {"moves": "success", "needs_a_person": "warning", "stays": ""}

Given = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the plan, in words."""

    instance: InstanceId
    version: int
    href: str
    title: str  # empty where the operator may not read the record
    verdict: str
    color: str
    why: tuple[str, ...]


@route(migrations, "/a/<app>/operate/migrate", permission=_OPERATE)
def show(app: str) -> str:
    """Which versions are followed; for one flow what can be chosen, and the plan that follows."""
    given = request.args
    flow = FlowId(given.get("flow", "")[:60])
    title = visitor().words.say("migrate.title")
    crumbs = [
        Crumb(live_app(app).definition.title.in_locale(visitor().locale), f"/a/{app}/"),
        Crumb(visitor().words.say("operate.title"), f"/a/{app}/operate"),
        Crumb(title, f"/a/{app}/operate/migrate") if flow else Crumb(title),
    ]
    reading, actor = runtime().reading, actor_for(app)
    data: dict[str, Any] = {"app": app, "here": f"/a/{app}/operate", "heading": title}
    if not flow:
        running = reading.running_versions(actor, AppId(app))
        return page("migrate.html", *crumbs, **data, running=running)
    choices = reading.migration_form(actor, AppId(app), flow, _target(app, given))
    if choices is None:
        raise NotFound(f"cases of {flow}")
    name = choices.title.in_locale(visitor().locale)
    rows, is_cut = _plan(app, _command(app, flow, given))
    return page(
        "migrate.html",
        *crumbs,
        Crumb(name),
        **{**data, "heading": f"{title}: {name}"},
        flow=flow,
        options=_options(choices),
        asked=_asked(app, given),
        mapping=_mapping(given),
        operators=operators_of(visitor().words),
        rows=rows,
        is_cut=is_cut,
        counts=[
            (one, _COLORS[one], Counter(row.verdict for row in rows)[one]) for one in _VERDICTS
        ],
        query=_query(given),
        back=_ways_back(given),
    )


@route(migrations, "/a/<app>/operate/migrate", permission=_OPERATE, methods=["POST"])
def carry_out(app: str) -> AnyResponse:
    """Bring all, or the chosen ones, to the version, or back; then the list as it is now."""
    given = request.form
    command = _command(app, FlowId(given.get("flow", "")[:60]), given)
    chosen = tuple(map(InstanceId, given.getlist("chosen")))
    if given.get("_act") == "chosen" and not chosen:
        return go_to(f"/a/{app}/operate/migrate?{urlencode(_query(given))}")
    if given.get("_act") == "chosen":
        command = replace(command, instances=chosen)
    reason = given.get("reason", "").strip()[:500]
    found = _all(app, replace(command, is_dry=False, reason=reason), _MOST_TURNS * 200)[0]
    moved = {one["version"] for one in found if one["verdict"] == "moves"}
    query = {**_query(given), "done": "brought_back" if command.is_undo else "migrated"}
    if moved and not command.is_undo:
        query["from"] = ",".join(map(str, sorted(moved)))
    return go_to(f"/a/{app}/operate/migrate?{urlencode(query)}")


def _options(choices: MigrationForm) -> dict[str, list[Any]]:
    """What each field of the page offers: (value, words)."""
    locale = visitor().locale

    def titled(pairs: Iterable[tuple[str, LocaleText]]) -> list[tuple[str, str]]:
        return [(id_, title.in_locale(locale)) for id_, title in pairs]

    return {
        "versions": [(str(one), str(one)) for one in choices.versions],
        "nodes": titled(choices.nodes),
        "fields": titled((one.id, one.title) for one in choices.fields),
        "to_map": [
            (one.id, one.title.in_locale(locale), titled(one.choices)) for one in choices.to_map
        ],
    }


def _command(app: str, flow: FlowId, given: Given) -> MigrateFlows:
    at, narrowed = given.get("at", "")[:60], added_filter(given)
    return MigrateFlows(
        AppId(app),
        flow,
        _target(app, given),
        {NodeId(old): NodeId(new) for old, new in _mapping(given).items()},
        at_node=NodeId(at) if at else None,
        where=_where(narrowed),
        is_undo=given.get("do") == "undo",
    )


def _where(asked: AskedFilter | None) -> tuple[tuple[str, str, str], ...]:
    return ((asked.field, asked.operator, asked.text),) if asked is not None else ()


def _target(app: str, given: Given) -> int:
    number = given.get("to", "")
    return int(number) if number.isdecimal() and len(number) < 9 else live_app(app).number


def _mapping(given: Given) -> dict[str, str]:
    return {
        name.removeprefix(_MAPPED)[:60]: node[:60]
        for name, node in given.items()
        if name.startswith(_MAPPED) and node
    }


def _asked(app: str, given: Given) -> Mapping[str, str]:
    """What stands in the fields of the page."""
    names = ("at", "do", "field", "operator", "value")
    return {"to": str(_target(app, given)), **{name: given.get(name, "") for name in names}}


def _query(given: Given) -> dict[str, str]:
    names = ("flow", "to", "at", "do", "field", "operator", "value")
    kept = {name: given[name][:500] for name in names if given.get(name)}
    return {**kept, **{f"{_MAPPED}{old}": new for old, new in _mapping(given).items()}}


def _ways_back(given: Given) -> list[tuple[str, str]]:
    """For each version that cases were brought from just now: its number, and where to undo it."""
    numbers = [one for one in given.get("from", "").split(",") if one.isdecimal()][:10]
    flow = given.get("flow", "")
    return [(one, "?" + urlencode({"flow": flow, "to": one, "do": "undo"})) for one in numbers]


def _all(app: str, command: MigrateFlows, most: int) -> tuple[list[Any], bool]:
    """What becomes of every case, and whether there are more than were looked at."""
    found: list[Any] = []
    following: Any = ""
    while following is not None and len(found) < most:
        done = runtime().bus.execute(replace(command, after=str(following)), actor_for(app))
        found += _list(done.details["instances"])
        following = done.details["next"]
    return found, following is not None


def _list(value: Any) -> Sequence[Any]:
    return list(value)


def _plan(app: str, command: MigrateFlows) -> tuple[list[Row], bool]:
    found, is_cut = _all(app, command, _MOST_PLANNED)
    places = [(FormId(one["form"]), RecordId(one["record"])) for one in found]
    titles = runtime().reading.record_titles(actor_for(app), AppId(app), places)
    words = visitor().words
    order = {verdict: number for number, verdict in enumerate(_VERDICTS)}
    rows = [_row(app, one, titles, words) for one in found]
    return sorted(rows, key=lambda row: order[row.verdict]), is_cut


def _row(app: str, one: Mapping[str, Any], titles: Mapping[str, str], words: Catalogue) -> Row:
    return Row(
        instance=InstanceId(one["instance"]),
        version=one["version"],
        href=f"/a/{app}/flows/{one['instance']}",
        title=titles.get(one["record"], ""),
        verdict=one["verdict"],
        color=_COLORS[one["verdict"]],
        why=tuple(_sentences(one["reasons"], words)),
    )


def _sentences(reasons: Iterable[Mapping[str, str]], words: Catalogue) -> Iterable[str]:
    for one in reasons:
        about = {name: text for name, text in one.items() if name != "code"}
        yield words.say(f"migrate.why_{one['code']}", **about)
