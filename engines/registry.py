"""Open sets: every module of a package provides one `TYPE`, found here and nowhere listed.

What a type must offer stands in the abstract base of its set, beside the set's catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Protocol, TypeVar

from engines.errors import BugError


class Named(Protocol):
    """A leaf of an open set: known by the name of its file."""

    @property
    def name(self) -> str:
        """The word an author writes to choose this leaf."""
        ...


Leaf = TypeVar("Leaf", bound=Named)


def leaves_of(package: str, base: type[Leaf]) -> Mapping[str, Leaf]:
    """The `TYPE` of every module in `package`, by name, in the order of the file names.

    Callers keep the answer (`functools.cache`): the modules are imported on the first call.
    A leaf is named after its file; a trailing underscore of the file (`if_.py`) does not count.
    """
    found: dict[str, Leaf] = {}
    for module_name in sorted(_module_names(package)):
        leaf = _leaf(f"{package}.{module_name}", base)
        if leaf.name in found:
            raise BugError(f"{package}: two modules provide {leaf.name!r}")
        if leaf.name != module_name.rstrip("_"):
            raise BugError(
                f"{package}.{module_name}: TYPE is named {leaf.name!r}, not after its file"
            )
        found[leaf.name] = leaf
    return MappingProxyType(found)


def _module_names(package: str) -> list[str]:
    paths = import_module(package).__path__
    return [module.name for module in iter_modules(paths) if not module.ispkg]


def _leaf(module_name: str, base: type[Leaf]) -> Leaf:
    leaf = getattr(import_module(module_name), "TYPE", None)
    if not isinstance(leaf, base):
        raise BugError(f"{module_name}: has no TYPE that is a {base.__name__}")
    return leaf
