"""Jinja's sandbox with nothing left in it: no globals, calls or attributes, our filters only."""

from __future__ import annotations

from typing import Any, NoReturn

from jinja2 import ChainableUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engines.template.filters import TESTS, installed
from engines.template.limits import bounded
from engines.template.shown import shown
from engines.template.vet import LOOP


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """A second fence behind the vetting; also keeps Jinja from computing at compile time."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    intercepted_unops = frozenset(["-", "+"])

    def __init__(self, *, is_html: bool) -> None:
        super().__init__(
            autoescape=is_html,
            loader=None,
            undefined=ChainableUndefined,
            optimized=False,
            finalize=_finalized,
            cache_size=0,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.filters = installed()
        self.tests = {name: test for name, test in self.tests.items() if name in TESTS}

    def call_binop(self, *_: Any) -> NoReturn:
        raise SecurityError("templates do not compute")

    def call_unop(self, _context: Any, operator: str, arg: Any) -> Any:
        return -arg if operator == "-" and type(arg) in (int, float) else 0

    def call(self, *_: Any, **__: Any) -> NoReturn:
        raise SecurityError("templates call nothing")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of a map; never an attribute of an object."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A key of a map or a place in a list."""
        if type(obj) is dict and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, LoopContext) and argument in LOOP.fields:
            return getattr(obj, argument)
        is_place = type(argument) is int and isinstance(obj, list | tuple)
        if is_place and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(name=str(argument)[:60])


def _finalized(value: Any) -> str:
    if isinstance(value, Markup):
        return value
    return bounded(shown(value))
