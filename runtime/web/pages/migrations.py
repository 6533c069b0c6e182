"""For operators: cases and the versions they follow; plan, look, bring to another, and back."""

from __future__ import annotations

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
from runtime.web.filters import AskedFilter, added_filter, operators_of
from runtime.web.pages.migration_steps import (
    VERDICTS,
    Tally,
    cases_going_on,
    read_tally,
    titled,
    turn,
    walked,
)
from runtime.web.redirects import go_to
from runtime.web.rendering import Crumb, page
from runtime.web.routes import can, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

migrations = Blueprint("migrations", __name__)

_OPERATE = can("operate")
_MAPPED = "map."  # before a node's id: by which of the target it is replaced
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
    if not flow:
        running = runtime().reading.running_versions(actor_for(app), AppId(app))
        return _page(app, "migrate.html", running=running)
    choices = runtime().reading.migration_form(
        actor_for(app), AppId(app), flow, _target(app, given)
    )
    if choices is None:
        raise NotFound(f"cases of {flow}")
    command, name = _command(app, flow, given), choices.title.in_locale(visitor().locale)
    found, following = turn(app, replace(command, after=given.get("page", "")[:60]))
    is_all = following is None and "page" not in given
    tally = Tally().with_found(found, None) if is_all else read_tally(given)
    if not tally.is_done:
        tally = walked(app, command, tally)
    if not tally.is_done:
        return _progress(app, "get", name, tally)
    return _page(
        app,
        "migrate.html",
        name,
        flow=flow,
        options=_options(choices),
        asked=_asked(app, given),
        mapping=_mapping(given),
        operators=operators_of(visitor().words),
        rows=_rows(app, found, choices),
        counts=_colored(tally),
        query=_query(given),
        next_href=_next(given, tally, following),
        back=_ways_back(given),
    )


@route(migrations, "/a/<app>/operate/migrate", permission=_OPERATE, methods=["POST"])
def carry_out(app: str) -> AnyResponse | str:
    """Bring all, or the chosen ones, to the version, or back; then the list as it is now."""
    given = request.form
    chosen = tuple(map(InstanceId, given.getlist("chosen")))
    reason = given.get("reason", "").strip()[:500]
    command = _command(app, FlowId(given.get("flow", "")[:60]), given)
    command = replace(command, is_dry=False, reason=reason)
    if given.get("_act") == "chosen":
        if not chosen:
            return go_to(f"/a/{app}/operate/migrate?{urlencode(_query(given))}")
        command = replace(command, instances=chosen)
    tally = walked(app, command, read_tally(given))
    if not tally.is_done:
        return _progress(app, "post", _name(app, command.flow), tally, reason=reason)
    query = {**_query(given), "done": "brought_back" if command.is_undo else "migrated"}
    if tally.versions and not command.is_undo:
        query["moved"] = ",".join(map(str, tally.versions))
    return go_to(f"/a/{app}/operate/migrate?{urlencode(query)}")


def _page(app: str, template: str, name: str = "", **data: Any) -> str:
    """A page under the operators', of all flows or of the one with this name."""
    words, locale = visitor().words, visitor().locale
    title, here = words.say("migrate.title"), f"/a/{app}/operate"
    return page(
        template,
        Crumb(live_app(app).definition.title.in_locale(locale), f"/a/{app}/"),
        Crumb(words.say("operate.title"), here),
        *([Crumb(title, f"{here}/migrate"), Crumb(name)] if name else [Crumb(title)]),
        app=app,
        here=here,
        heading=f"{title}: {name}" if name else title,
        **data,
    )


def _progress(app: str, method: str, name: str, tally: Tally, **more: str) -> str:
    """How far it is; the page goes on by itself, or by its button.

    Of how many is only known where all cases of the flow are asked for.
    """
    query = _query(request.values)
    is_narrowed = bool(query.get("at") or added_filter(request.values))
    total = 0 if is_narrowed else max(cases_going_on(app, query["flow"]), tally.seen)
    return _page(
        app,
        "migrate_progress.html",
        name,
        method=method,
        fields={**query, **_news(request.args), **more, **tally.fields()},
        seen=tally.seen,
        total=total,
        counts=_colored(tally),
    )


def _colored(tally: Tally) -> list[tuple[str, str, int]]:
    return [(verdict, _COLORS[verdict], many) for verdict, many in titled(tally.counts)]


def _name(app: str, flow: FlowId) -> str:
    found = runtime().reading.running_versions(actor_for(app), AppId(app))
    titles = [one.title.in_locale(visitor().locale) for one in found if one.flow == flow]
    return titles[0] if titles else flow


def _next(given: Given, tally: Tally, following: str | None) -> str:
    """The page with the cases behind these; what was counted is not counted again."""
    if following is None:
        return ""
    return "?" + urlencode({**_query(given), **tally.fields(), "page": following})


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


def _news(given: Given) -> dict[str, str]:
    """What was done just now, which counting must not make forgotten."""
    return {name: given[name][:500] for name in ("done", "moved") if given.get(name)}


def _ways_back(given: Given) -> list[tuple[str, str]]:
    """For each version that cases were brought from just now: its number, and where to undo it."""
    numbers = [one for one in given.get("moved", "").split(",") if one.isdecimal()][:10]
    flow = given.get("flow", "")
    return [(one, "?" + urlencode({"flow": flow, "to": one, "do": "undo"})) for one in numbers]


def _rows(app: str, found: Sequence[Mapping[str, Any]], choices: MigrationForm) -> list[Row]:
    places = [(FormId(one["form"]), RecordId(one["record"])) for one in found]
    titles = runtime().reading.record_titles(actor_for(app), AppId(app), places)
    rows = [_row(app, one, titles, choices) for one in found]
    return sorted(rows, key=lambda row: VERDICTS.index(row.verdict))


def _row(
    app: str, one: Mapping[str, Any], titles: Mapping[str, str], choices: MigrationForm
) -> Row:
    return Row(
        instance=InstanceId(one["instance"]),
        version=one["version"],
        href=f"/a/{app}/flows/{one['instance']}",
        title=titles.get(one["record"], ""),
        verdict=one["verdict"],
        color=_COLORS[one["verdict"]],
        why=tuple(_sentence(reason, choices) for reason in one["reasons"]),
    )


def _sentence(reason: Mapping[str, str], choices: MigrationForm) -> str:
    """Why, with the steps by their titles, or by their ids where two have the same."""
    about = {name: text for name, text in reason.items() if name != "code"}
    for name, nodes in (("node", choices.nodes), ("target", choices.targets)):
        title = dict(nodes).get(NodeId(about.get(name, "")))
        if title is not None:
            about[name] = title.in_locale(visitor().locale)
    if about.get("node") == about.get("target"):
        about = {**about, **{name: reason[name] for name in ("node", "target") if name in reason}}
    return visitor().words.say(f"migrate.why_{reason['code']}", **about)
