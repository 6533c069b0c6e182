from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engines.errors import BugError
from runtime.adapters.keys import (
    KeyFileError,
    add_master_key,
    keep_newest_master_key,
    load_master_keys,
)

KEY = b"k" * 32


def test_a_missing_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "master.key"

    wrapped = load_master_keys(file, create=True).wrap(KEY, "purpose")

    assert file.stat().st_mode & 0o777 == 0o600
    assert load_master_keys(file).unwrap(wrapped, "purpose") == KEY


def test_of_two_processes_that_make_the_key_both_get_the_same(tmp_path: Path) -> None:
    file = tmp_path / "k"
    together = threading.Barrier(8)

    def make(_: int) -> bytes:
        together.wait()
        return load_master_keys(file, create=True).wrap(KEY, "p")

    with ThreadPoolExecutor(8) as pool:
        wrapped = list(pool.map(make, range(8)))

    keys = load_master_keys(file)
    assert [keys.unwrap(one, "p") for one in wrapped] == [KEY] * 8
    assert list(tmp_path.iterdir()) == [file]


def test_a_wrapped_key_opens_for_its_purpose_only(tmp_path: Path) -> None:
    keys = load_master_keys(tmp_path / "k", create=True)
    wrapped = keys.wrap(KEY, "one")

    with pytest.raises(BugError):
        keys.unwrap(wrapped, "another")


def test_rotation_keeps_older_keys_until_they_are_dropped(tmp_path: Path) -> None:
    file = tmp_path / "k"
    old = load_master_keys(file, create=True).wrap(KEY, "p")
    both = add_master_key(file)
    new = both.wrap(both.unwrap(old, "p"), "p")

    keep_newest_master_key(file)

    assert (both.is_current(old), both.is_current(new)) == (False, True)
    assert load_master_keys(file).unwrap(new, "p") == KEY
    with pytest.raises(BugError):
        load_master_keys(file).unwrap(old, "p")


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0o600, "missing"),
        ("", 0o600, "empty"),
        ("not base64!\n", 0o600, ":1 is no key"),
        ("YWJj\n", 0o600, ":1 is no key"),
        ("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n", 0o644, "chmod 600"),
    ],
    ids=["missing", "empty", "words", "short", "readable"],
)
def test_an_unusable_key_file_says_what_to_do(
    tmp_path: Path, content: str | None, mode: int, words: str
) -> None:
    file = tmp_path / "k"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)

    with pytest.raises(KeyFileError, match=words):
        load_master_keys(file)
