"""Drafts: changed, taken back, merged, discarded, published."""

from __future__ import annotations

import pytest

from builder.drafts import Drafts
from builder.operations.form import AddField, RemoveField, RenameField
from builder.operations.tree import SetOption, SetText
from engines.errors import Conflict, DefinitionError, NotAllowed, NotFound
from engines.values import AppId
from tests.support.designs import PARKS
from tests.support.worlds import World

PARKS_APP = AppId("parks")
FIELDS = ("forms", "tree", "fields")
LABEL = SetText((*FIELDS, "label", "title"), "en", "Name plate")
HEIGHT = SetText((*FIELDS, "height", "title"), "en", "Metres")


def test_nobody_changed_anything_so_the_draft_is_the_live_text(
    world: World, drafts: Drafts
) -> None:
    seen = drafts.view(world.person("wanda", "warden"), PARKS_APP)

    assert (seen.text, seen.revision, seen.is_changed) == (PARKS, 0, False)
    assert (seen.base_version, seen.undo, seen.redo) == (1, "", "")


def test_gesture_is_kept_and_can_be_undone_and_redone(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")

    changed = drafts.apply(wanda, PARKS_APP, 0, [LABEL])
    undone = drafts.undo(wanda, PARKS_APP)
    redone = drafts.redo(wanda, PARKS_APP)

    assert "en: Name plate" in changed.text
    assert (changed.undo, changed.updated_by) == ("set_text", "wanda")
    assert (undone.text, undone.undo, undone.redo) == (PARKS, "", "undo")
    assert (redone.text, redone.undo, redone.redo) == (changed.text, "redo", "")


def test_undo_goes_back_through_any_number_of_steps(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    first = drafts.apply(wanda, PARKS_APP, 0, [SetText(LABEL.path, "en", "One")])
    second = drafts.apply(wanda, PARKS_APP, 1, [SetText(LABEL.path, "en", "Two")])
    drafts.apply(wanda, PARKS_APP, 2, [SetText(LABEL.path, "en", "Three")])

    texts = [drafts.undo(wanda, PARKS_APP).text for _ in range(3)]

    assert texts == [second.text, first.text, PARKS]


def test_two_designers_on_different_parts_are_merged(world: World, drafts: Drafts) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    merged = drafts.apply(kim, PARKS_APP, 0, [HEIGHT])

    assert "en: Name plate" in merged.text
    assert "en: Metres" in merged.text


def test_two_designers_on_one_place_are_told_what_differs(world: World, drafts: Drafts) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    with pytest.raises(Conflict) as caught:
        drafts.apply(kim, PARKS_APP, 0, [SetText(LABEL.path, "en", "Plaque")])

    assert caught.value.details["paths"] == [[*FIELDS, "label", "title", "en"]]
    assert caught.value.details["by"] == ["wanda"]


def test_undo_takes_back_ones_own_step_and_leaves_the_others(world: World, drafts: Drafts) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [AddField("tree", "age", {"type": "integer"})])
    drafts.apply(kim, PARKS_APP, 1, [HEIGHT])

    undone = drafts.undo(wanda, PARKS_APP)

    assert "age" not in undone.text
    assert "en: Metres" in undone.text
    assert drafts.undo(kim, PARKS_APP).text == PARKS


def test_undo_of_what_another_changed_since_is_refused(world: World, drafts: Drafts) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])
    drafts.apply(kim, PARKS_APP, 1, [SetText(LABEL.path, "en", "Plaque")])

    with pytest.raises(Conflict, match="same place"):
        drafts.undo(wanda, PARKS_APP)


def test_comments_of_a_removed_field_come_back_with_undo(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")

    removed = drafts.apply(wanda, PARKS_APP, 0, [RemoveField("tree", "label")])

    assert "painted on the trunk" not in removed.text
    assert drafts.undo(wanda, PARKS_APP).text == PARKS


def test_text_written_on_an_older_revision_is_merged_by_lines(
    world: World, drafts: Drafts
) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    merged = drafts.save_text(kim, PARKS_APP, 0, PARKS.replace("Tall ones", "The tall"))

    assert "en: Name plate" in merged.text
    assert "The tall" in merged.text


def test_text_that_overlaps_anothers_change_is_a_conflict(world: World, drafts: Drafts) -> None:
    wanda, kim = world.person("wanda", "warden"), world.person("kim", "keeper")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    with pytest.raises(Conflict):
        drafts.save_text(kim, PARKS_APP, 0, PARKS.replace("en: Label", "en: Plaque"))


def test_unreadable_text_is_kept_and_can_be_undone(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")

    broken = drafts.save_text(wanda, PARKS_APP, 0, PARKS + "forms: [\n")

    assert broken.text.endswith("forms: [\n")
    with pytest.raises(DefinitionError):
        drafts.apply(wanda, PARKS_APP, broken.revision, [LABEL])
    assert drafts.undo(wanda, PARKS_APP).text == PARKS


def test_discarded_draft_never_gives_its_revisions_again(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    discarded = drafts.discard(wanda, PARKS_APP, 1)

    assert (discarded.text, discarded.is_changed, discarded.undo) == (PARKS, False, "")
    assert discarded.revision == 2
    with pytest.raises(Conflict, match="discarded or published"):
        drafts.apply(wanda, PARKS_APP, 1, [HEIGHT])
    assert drafts.apply(wanda, PARKS_APP, 2, [HEIGHT]).revision == 3


def test_discard_of_a_draft_somebody_went_on_with_is_refused(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    with pytest.raises(Conflict):
        drafts.discard(wanda, PARKS_APP, 0)


def test_published_draft_is_the_live_version(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    number = drafts.publish(wanda, PARKS_APP, 1, "Better words")

    seen = drafts.view(wanda, PARKS_APP)
    assert (number, seen.live_version, seen.base_version, seen.is_changed) == (2, 2, 2, False)
    assert drafts.versions(wanda, PARKS_APP)[0].note == "Better words"


def test_draft_with_problems_is_not_published_and_stays(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [SetOption((*FIELDS, "label", "type"), "txet")])

    with pytest.raises(DefinitionError, match="txet"):
        drafts.publish(wanda, PARKS_APP, 1, "")

    assert drafts.view(wanda, PARKS_APP).is_changed


def test_publish_of_a_draft_somebody_went_on_with_is_refused(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])
    drafts.apply(wanda, PARKS_APP, 1, [HEIGHT])

    with pytest.raises(Conflict):
        drafts.publish(wanda, PARKS_APP, 1, "")


def test_draft_behind_the_live_version_is_published_once_merged(
    world: World, drafts: Drafts
) -> None:
    wanda = world.person("wanda", "warden")
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])
    world.publish(PARKS.replace("Tall ones", "The tall"))

    with pytest.raises(Conflict):
        drafts.publish(wanda, PARKS_APP, 1, "")
    merged = drafts.merge_live(wanda, PARKS_APP)

    assert (merged.base_version, merged.live_version) == (2, 2)
    assert drafts.publish(wanda, PARKS_APP, merged.revision, "") == 3
    live = drafts.version_text(wanda, PARKS_APP, 3)
    assert "The tall" in live
    assert "en: Name plate" in live


def test_restored_version_is_a_draft_and_goes_back_with_undo(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    world.publish(PARKS.replace("Tall ones", "The tall"))

    restored = drafts.restore(wanda, PARKS_APP, 1)

    assert (restored.text, restored.live_version) == (PARKS, 2)
    assert "The tall" in drafts.undo(wanda, PARKS_APP).text


def test_rolled_back_version_is_live_and_the_draft_stays(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    world.publish(PARKS.replace("Tall ones", "The tall"))
    drafts.apply(wanda, PARKS_APP, 0, [LABEL])

    drafts.roll_back(wanda, PARKS_APP, 1)

    seen = drafts.view(wanda, PARKS_APP)
    assert seen.live_version == 1
    assert "en: Name plate" in seen.text


def test_renaming_a_published_field_says_what_it_was(world: World, drafts: Drafts) -> None:
    wanda = world.person("wanda", "warden")
    new = AddField("tree", "age", {"type": "integer"})

    renamed = drafts.apply(
        wanda,
        PARKS_APP,
        0,
        [new, RenameField("tree", "age", "years"), RenameField("tree", "height", "metres")],
    )

    assert "was: height" in renamed.text
    assert "was: age" not in renamed.text


def test_without_the_right_to_design_nothing_is_shown(world: World, drafts: Drafts) -> None:
    guest = world.person("gus")

    with pytest.raises(NotAllowed):
        drafts.view(guest, PARKS_APP)
    with pytest.raises(NotAllowed):
        drafts.apply(guest, PARKS_APP, 0, [LABEL])


def test_designer_without_the_right_to_publish_is_refused(world: World, drafts: Drafts) -> None:
    kim = world.person("kim", "keeper")
    drafts.apply(kim, PARKS_APP, 0, [LABEL])

    with pytest.raises(NotAllowed):
        drafts.publish(kim, PARKS_APP, 1, "")
    with pytest.raises(NotAllowed):
        drafts.roll_back(kim, PARKS_APP, 1)


def test_unknown_app_is_not_found(world: World, drafts: Drafts) -> None:
    with pytest.raises(NotFound):
        drafts.view(world.person("wanda", "warden"), AppId("zoo"))
