"""The door of the template language: source in, a vetted template out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

import nh3
from jinja2 import Template as JinjaTemplate
from jinja2 import TemplateSyntaxError

from engines.expression.scope import PathKey, Scope
from engines.template.environment import TemplateEnvironment
from engines.template.limits import (
    BUDGET,
    MAX_DATA_DEPTH,
    MAX_KEYS,
    MAX_OUTPUT,
    MAX_ROWS,
    MAX_SOURCE,
    Budget,
)
from engines.template.problems import RenderError, TemplateError, TemplateProblem
from engines.template.simple import Parts, rendered_parts, simple_parts
from engines.template.vet import FLAT, Vetting

# what may stand in a message: no pictures, they would tell the sender who reads when
HTML_TAGS: Final = frozenset(nh3.ALLOWED_TAGS) - {"img", "area", "map"}
URL_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_LINE_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SCALARS: Final = (bool, int, Decimal, date, timedelta, type(None))
_FAILURES: Final = (
    TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError,
    RecursionError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """A vetted template. `paths` are the facts it shows, as (root, flat key)."""

    source: str
    is_html: bool
    paths: frozenset[PathKey]
    _compiled: JinjaTemplate = field(compare=False, repr=False)
    _parts: Parts | None = field(compare=False, repr=False)

    def render(self, data: Mapping[str, Any]) -> str:
        """The text for plain data, laid out as the facts of expressions are.

        Times show in the zone of the fact `zone`. HTML is cleaned, values in it are escaped.
        Raises RenderError only.
        """
        budget = BUDGET.set(Budget(str(data.get("zone") or "UTC")))
        try:
            if self._parts is not None:
                return rendered_parts(self._parts, data)
            plain = _plain(data, 0)
            text = _collected(self._compiled.generate({**plain, FLAT: plain}))
        except RenderError:
            raise
        except _FAILURES as error:
            name = type(error).__name__
            raise RenderError(f"the template cannot be rendered: {name}") from error
        finally:
            BUDGET.reset(budget)
        if not self.is_html:
            return text
        return nh3.clean(text, tags=set(HTML_TAGS), url_schemes=set(URL_SCHEMES))

    def render_line(self, data: Mapping[str, Any]) -> str:
        """The text in one line, for subjects and names: no line end and no control character."""
        return _LINE_BREAKS.sub(" ", self.render(data)).strip()


def compile_template(source: str, *, html: bool, scope: Scope | None) -> Template:
    """The vetted template; raises TemplateError with all that is wrong with it.

    With a scope every name is checked against it, without one names are taken as they come.
    """
    if len(source) > MAX_SOURCE:
        message = f"the template is longer than {MAX_SOURCE} characters"
        raise TemplateError([TemplateProblem(1, "T002", message)])
    environment = _environment(is_html=html)
    try:
        parsed = environment.parse(source)
    except TemplateSyntaxError as error:
        reason = (error.message or "the template cannot be read").rstrip(".")
        raise TemplateError([TemplateProblem(error.lineno, "T001", reason)]) from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        message = "the template is nested too deep"
        raise TemplateError([TemplateProblem(1, "T002", message)]) from None
    vetting = Vetting(environment, scope)
    vetting.template(parsed)
    if vetting.problems:
        raise TemplateError(vetting.problems)
    parts = None if html else simple_parts(parsed)
    compiled = environment.from_string(parsed)
    return Template(source, html, frozenset(vetting.paths), compiled, parts)


@cache
def _environment(*, is_html: bool) -> TemplateEnvironment:
    return TemplateEnvironment(is_html=is_html)


def _collected(pieces: Any) -> str:
    parts: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_OUTPUT:
            raise RenderError(f"the text is longer than {MAX_OUTPUT} characters")
        parts.append(piece)
    return "".join(parts)


def _plain(value: Any, depth: int) -> Any:
    """A copy of plain data; the only way in. Objects are refused, safe HTML loses its mark."""
    if depth > MAX_DATA_DEPTH:
        raise RenderError("the data are nested too deep")
    if isinstance(value, str):
        return str.__str__(value)[:MAX_OUTPUT]
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one, depth + 1) for key, one in list(value.items())[:MAX_KEYS]}
    if isinstance(value, list | tuple):
        return [_plain(one, depth + 1) for one in value[:MAX_ROWS]]
    raise RenderError(f"a {type(value).__name__} is no plain value")
