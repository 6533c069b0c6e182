"""The designer over HTTP: its answers, its one error shape, its permissions, the preview.

Long because every route of the designer answers here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from builder.web import make_designer
from runtime.adapters.clock import SettableClock
from tests.support.designs import PARKS
from tests.support.sites import MORNING, Browser, Site, a_site, text_of
from tests.support.stores import opened_store

API = "/design/api/parks"
TITLE = ["forms", "tree", "fields", "label", "title"]
RENAME = {"op": "set_text", "path": TITLE, "locale": "en", "text": "Name plate"}


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        served = a_site(store, clock, tmp_path, text=PARKS, app="parks", designer=make_designer)
        served.person("wanda", "warden")
        served.person("kim", "keeper")
        served.person("gus")
        yield served


def post(browser: Browser, place: str, body: Any) -> Any:
    return browser.client.post(
        f"{API}/{place}",
        data=orjson.dumps(body),
        headers={
            "Content-Type": "application/json",
            "Origin": "http://localhost",
            "X-CSRF-Token": browser.csrf,
        },
    )


def test_draft_shows_text_and_data_of_the_live_version(site: Site) -> None:
    answer = site.browser("wanda").get(f"{API}/draft").get_json()

    assert answer["text"] == PARKS
    assert answer["data"]["forms"]["tree"]["fields"]["label"]["required"] == "true"
    assert (answer["revision"], answer["live_version"], answer["can_publish"]) == (0, 1, True)


def test_gesture_answers_with_the_changed_draft(site: Site) -> None:
    wanda = site.browser("wanda")

    answer = post(wanda, "operations", {"revision": 0, "operations": [RENAME]}).get_json()

    assert answer["data"]["forms"]["tree"]["fields"]["label"]["title"]["en"] == "Name plate"
    assert (answer["revision"], answer["undo"], answer["updated_by"]) == (1, "set_text", "Wanda")


def test_undo_and_redo_go_back_and_forth(site: Site) -> None:
    wanda = site.browser("wanda")
    post(wanda, "operations", {"revision": 0, "operations": [RENAME]})

    undone = post(wanda, "undo", {}).get_json()
    redone = post(wanda, "redo", {}).get_json()

    assert (undone["text"], undone["redo"]) == (PARKS, "undo")
    assert "Name plate" in redone["text"]


def test_conflict_names_the_places_in_the_one_error_shape(site: Site) -> None:
    post(site.browser("wanda"), "operations", {"revision": 0, "operations": [RENAME]})

    response = post(site.browser("kim"), "operations", {"revision": 0, "operations": [RENAME]})

    error = response.get_json()["error"]
    assert (response.status_code, error["code"]) == (409, "conflict")
    assert error["details"]["paths"] == [[*TITLE, "en"]]


def test_problems_stand_at_their_paths(site: Site) -> None:
    wanda = site.browser("wanda")
    wrong = {"op": "add_field", "form": "tree", "field": "age", "definition": {"type": "txet"}}
    post(wanda, "operations", {"revision": 0, "operations": [wrong]})

    found = wanda.get(f"{API}/problems").get_json()

    assert found["revision"] == 1
    assert found["problems"][0]["path"] == ["forms", "tree", "fields", "age", "type"]
    assert found["problems"][0]["line"] == PARKS[: PARKS.index("    layout:")].count("\n") + 1
    assert "'text'" in found["problems"][0]["hint"]


def test_unreadable_text_is_saved_without_data(site: Site) -> None:
    wanda = site.browser("wanda")

    answer = post(wanda, "text", {"revision": 0, "text": PARKS + "x: [\n"}).get_json()

    assert answer["data"] is None
    assert wanda.get(f"{API}/problems").get_json()["problems"][0]["line"] > 0
    assert wanda.get(f"{API}/diff").get_json()["changes"] is None


def test_diff_tells_what_publishing_would_change(site: Site) -> None:
    wanda = site.browser("wanda")
    gone = {"op": "remove_field", "form": "tree", "field": "height"}
    post(wanda, "operations", {"revision": 0, "operations": [RENAME, gone]})

    answer = wanda.get(f"{API}/diff").get_json()

    assert answer["risk"] == "risky"
    assert ("forms.tree.fields.height", "removed", "field_removed") in [
        (one["place"], one["kind"], one["reason"]) for one in answer["changes"]
    ]


def test_diff_tells_how_many_records_a_change_is_about(site: Site) -> None:
    world, wanda = site.world, site.browser("wanda")
    world.submit(world.actor("kim"), "tree", label="A1", kind="elm")
    world.submit(world.actor("kim"), "tree", label="A2", height="7")
    height = {"op": "remove_field", "form": "tree", "field": "height"}
    elm = {"op": "delete", "path": ["forms", "tree", "fields", "kind", "options", "elm"]}
    post(wanda, "operations", {"revision": 0, "operations": [height, elm, RENAME]})

    changes = wanda.get(f"{API}/diff").get_json()["changes"]

    records = {one["place"]: one["records"] for one in changes}
    assert records["forms.tree.fields.height"] == 1
    assert records["forms.tree.fields.kind.options.elm"] == 1
    assert records["forms.tree.fields.label.title.en"] is None


def test_published_version_is_listed_and_rolled_back(site: Site) -> None:
    wanda = site.browser("wanda")
    post(wanda, "operations", {"revision": 0, "operations": [RENAME]})

    published = post(wanda, "publish", {"revision": 1, "note": "Words"}).get_json()
    rolled = post(wanda, "roll_back", {"version": 1})

    lines = wanda.get(f"{API}/versions").get_json()["versions"]
    assert published == {"version": 2}
    assert rolled.status_code == 200
    assert [(one["number"], one["note"], one["is_live"]) for one in lines] == [
        (2, "Words", False),
        (1, "", True),
    ]


def test_draft_with_problems_is_refused_with_all_of_them(site: Site) -> None:
    wanda = site.browser("wanda")
    wrong = {"op": "add_field", "form": "tree", "field": "age", "definition": {"type": "txet"}}
    post(wanda, "operations", {"revision": 0, "operations": [wrong]})

    response = post(wanda, "publish", {"revision": 1, "note": ""})

    assert response.status_code == 422
    assert response.get_json()["error"]["problems"][0]["path"] == "forms.tree.fields.age.type"


def test_palette_has_every_type_with_label_and_schema(site: Site) -> None:
    wanda = site.browser("wanda")

    answer = wanda.get(f"{API}/palette")

    offered = answer.get_json()
    assert {"text", "select", "link"} <= {one["type"] for one in offered["fields"]}
    assert {"task", "choice", "wait"} <= {one["type"] for one in offered["nodes"]}
    assert all(one["label"] and one["example"] for one in offered["fields"])
    assert offered["schema"]["properties"]["forms"]
    again = wanda.get(f"{API}/palette", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_preview_is_the_form_people_will_meet(site: Site) -> None:
    wanda = site.browser("wanda")
    new = {"op": "add_field", "form": "tree", "field": "age", "definition": {"type": "integer"}}
    post(wanda, "operations", {"revision": 0, "operations": [RENAME, new]})

    page = wanda.get(f"{API}/preview/tree?locale=zh")

    assert 'lang="zh"' in page.get_data(as_text=True)
    assert "标牌" in text_of(page)
    assert 'name="age"' in page.get_data(as_text=True)
    assert page.headers["Content-Security-Policy"].startswith(
        "sandbox allow-same-origin; default-src 'none'"
    )


def test_page_carries_the_application_and_its_app(site: Site) -> None:
    page = site.browser("wanda").get("/design/parks/forms/tree").get_data(as_text=True)

    assert 'data-designer="app"' in page
    assert '"app":"parks"' in page


MALFORMED: dict[str, tuple[str, Any, int]] = {
    "no operations": ("operations", {"revision": 0, "operations": []}, 400),
    "unknown gesture": ("operations", {"revision": 0, "operations": [{"op": "x"}]}, 422),
    "no revision": ("operations", {"operations": [RENAME]}, 400),
    "revision is true": ("text", {"revision": True, "text": ""}, 400),
    "a list": ("undo", [], 400),
    "text too long": ("text", {"revision": 0, "text": "x" * 1_000_001}, 400),
    "future revision": ("operations", {"revision": 7, "operations": [RENAME]}, 409),
    "unknown version": ("restore", {"version": 9}, 404),
}


@pytest.mark.parametrize(("place", "body", "status"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_request_is_refused_in_the_one_shape(
    site: Site, place: str, body: Any, status: int
) -> None:
    response = post(site.browser("wanda"), place, body)

    assert response.status_code == status
    assert set(response.get_json()["error"]) >= {"code", "message", "problems"}


def test_roles_that_flows_ask_and_nobody_holds_are_named_in_the_readers_words(site: Site) -> None:
    wanda = site.browser("wanda")
    pruner = "  pruner: {title: {en: Pruner, zh: 修剪工}}\n"
    text = PARKS.replace("forms:\n", f"{pruner}forms:\n", 1).replace(
        "assign: {role: keeper", "assign: {role: pruner"
    )
    of_live = wanda.get(f"{API}/unheld").get_json()

    post(wanda, "text", {"revision": 0, "text": text})
    of_draft = wanda.get(f"{API}/unheld").get_json()
    post(wanda, "text", {"revision": 1, "text": f"{text}nothing: known\n"})

    assert (of_live, of_draft) == ({"roles": []}, {"roles": ["Pruner"]})
    assert wanda.get(f"{API}/unheld").get_json() == {"roles": []}  # it is wrong elsewhere


READS = (
    *("draft", "problems", "palette", "unheld"),
    *("versions", "versions/1", "diff", "preview/tree"),
)


@pytest.mark.parametrize("place", READS)
def test_without_the_right_to_design_nothing_is_read(site: Site, place: str) -> None:
    assert site.browser("gus").get(f"{API}/{place}").status_code == 403


CHANGES = ("operations", "undo", "redo", "text", "discard", "merge", "restore", "publish")


@pytest.mark.parametrize("place", CHANGES)
def test_without_the_right_to_design_nothing_is_changed(site: Site, place: str) -> None:
    body = {"revision": 0, "operations": [RENAME], "text": "", "version": 1}

    assert post(site.browser("gus"), place, body).status_code == 403


@pytest.mark.parametrize("place", ["publish", "roll_back"])
def test_without_the_right_to_publish_nothing_goes_live(site: Site, place: str) -> None:
    body = {"revision": 0, "version": 1, "note": ""}

    assert post(site.browser("kim"), place, body).status_code == 403


def test_request_without_the_pages_token_is_refused(site: Site) -> None:
    wanda = site.browser("wanda")

    forged = Browser(wanda.client, "")

    assert post(forged, "undo", {}).status_code == 403


def test_problems_name_what_differs_from_the_live_version(site: Site) -> None:
    wanda = site.browser("wanda")
    before = wanda.get(f"{API}/problems").get_json()["changed"]
    post(wanda, "operations", {"revision": 0, "operations": [RENAME]})

    after = wanda.get(f"{API}/problems").get_json()["changed"]

    assert (before, after) == ([], [[*TITLE, "en"]])


def submit_labels(site: Site, *labels: str) -> None:
    for label in labels:
        site.world.submit(site.world.actor("kim"), "tree", label=label)


def converting(site: Site, field: str, to: str) -> Any:
    path = ["forms", "tree", "fields", field, "type"]
    gesture = {"op": "set_option", "path": path, "value": to}
    body = {"operations": [gesture], "form": "tree", "field": field}
    return post(site.browser("wanda"), "conversion", body).get_json()


def test_conversion_tells_how_many_values_would_be_lost(site: Site) -> None:
    submit_labels(site, "12", "13 b", "14")

    told = converting(site, "label", "integer")

    assert told == {"records": 3, "tried": 3, "unfit": 1}


def test_conversion_within_a_kind_loses_nothing(site: Site) -> None:
    submit_labels(site, "12")

    told = converting(site, "kind", "radio")

    assert told == {"records": 0, "tried": 0, "unfit": 0}


def test_conversion_cannot_be_told_while_the_draft_is_wrong(site: Site) -> None:
    wrong = {"op": "set_option", "path": ["rules", "tall", "when"], "value": "record.nothing"}
    post(site.browser("wanda"), "operations", {"revision": 0, "operations": [wrong]})

    assert converting(site, "label", "integer") == {"records": None}


def test_problems_and_refusals_speak_the_reader_s_language(site: Site) -> None:
    site.person("wei", "warden", locale="zh-CN")
    wei = site.browser("wei")
    wrong = {
        "op": "set_option",
        "path": ["forms", "tree", "fields", "kind", "type"],
        "value": "selct",
    }
    post(wei, "operations", {"revision": 0, "operations": [wrong]})

    found = wei.get(f"{API}/problems").get_json()["problems"][0]
    refused = post(wei, "publish", {"revision": 0, "note": ""}).get_json()["error"]
    stopped = post(wei, "publish", {"revision": 1, "note": ""}).get_json()["error"]

    assert (found["message"], found["hint"]) == ("未知的字段类型“selct”", "是否指“select”？")
    assert found["fix"] == {"wrong": "selct", "right": "select"}
    assert refused["message"] == "草稿期间已被修改"
    assert stopped["problems"][0]["message"].startswith("未知的字段类型“selct”")


def test_app_of_somebody_without_the_right_is_refused_in_their_language(site: Site) -> None:
    site.person("luz", locale="es")

    refused = post(site.browser("luz"), "undo", {}).get_json()["error"]

    assert refused["message"] == "Para esto hace falta el derecho: diseñar."
