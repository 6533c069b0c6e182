"""What every file must be: free of registry addresses, short or honest about its length."""

from __future__ import annotations

import re

import yaml

from tests.architecture.sources import ROOT, committed, name_of

# in pieces, so that this file does not name them itself
REGISTRIES = ["files.python" + "hosted", "registry.npm" + "js", "py" + "pi.org", "npm" + "js.com"]
CODE = {".py", ".ts", ".tsx", ".css"}
LONGEST = 300
HEAD_LINES = 20
REASON = re.compile(r"over 300|long because", re.IGNORECASE)


def test_no_file_names_a_package_registry() -> None:
    naming = [
        f"{name_of(path)}: {registry}"
        for path in committed()
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    ]

    assert naming == []


def test_a_file_over_300_lines_says_why_at_its_head() -> None:
    lines_by_file = {
        name_of(path): path.read_text(encoding="utf-8").splitlines()
        for path in committed()
        if path.suffix in CODE
    }

    silent = [
        f"{name}: {len(lines)} lines"
        for name, lines in lines_by_file.items()
        if len(lines) > LONGEST and not REASON.search("\n".join(lines[:HEAD_LINES]))
    ]

    assert silent == []


def test_before_a_commit_every_definition_is_linted_and_nothing_else() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0][
        "hooks"
    ]
    (pattern,) = [hook["files"] for hook in hooks if hook["id"] == "lint"]

    linted = {name_of(path) for path in committed() if re.search(pattern, name_of(path))}

    assert linted == {name_of(path) for path in (ROOT / "apps").glob("*.yaml")}
