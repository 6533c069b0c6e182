"""Form pages in two passes: once per form, language and version, then once per request.

The first pass bakes all titles, help and options into the source of a Jinja template; the second
fills in values, problems and states. What is baked can hold no template of its own: every brace of
an author's text leaves the first pass as a character reference.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import DictLoader, Environment, Template
from markupsafe import Markup, escape

from engines.form.layout import Block, Columns, Heading, Section, Slot, StaticText, Tab, Tabs
from engines.form.model import Field, Form
from engines.values import AppId, FieldId, FormId
from runtime.web.catalogue import catalogue
from runtime.web.icons import icon

_REMEMBERED = 500
# Widgets of several controls: a group with a legend rather than one labelled control.
_GROUPS = frozenset({"radio", "checks", "rating", "file"})
# Fields that are pages' own business: they are lists, not answers.
_LISTS = frozenset({"reverse_list"})

Key = tuple[AppId, int, FormId, str, str]


class SlotView(NamedTuple):
    """What differs from page to page in a field; `value` is the control's, `text` the reader's."""

    mode: str  # edit, read, gone
    value: Any = ""
    text: str = ""
    problem: str = ""
    attrs: Markup = Markup("")
    off: Markup = Markup("")  # for controls beside the main one
    veil: Markup = Markup("")
    must: Markup = Markup("")
    options: Iterable[tuple[str, str]] = ()
    edit: Markup = Markup("")  # a link to edit the field where it is read


@dataclass(frozen=True, slots=True)
class _Baked:
    """A field's texts in one language."""

    id: FieldId
    title: str
    help: str
    placeholder: str
    is_wide: bool
    is_group: bool


class FormTemplates:
    """Specialised templates of this process, made when first asked for."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[Key, Template] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, app: AppId, version: int, form: Form, locale: str, *, part: str = ""
    ) -> Template:
        """The template of a form's fields; renders with `slots`, `sections` and maybe `bare`.

        With `bare` goes `told`: the sections whose titles stand on the page already.

        `part` names the field when the form's page has only that one.
        """
        key = (app, version, form.id, locale, part)
        with self._lock:
            found = self._by_key.get(key)
            if found is None:
                found = self._by_key[key] = specialised(form, locale)
                if len(self._by_key) > _REMEMBERED:
                    self._by_key.popitem(last=False)
            else:
                self._by_key.move_to_end(key)
            return found


def specialised(form: Form, locale: str) -> Template:
    """The template of a form in a language."""
    return _compiled(specialised_source(form, locale))


@lru_cache(_REMEMBERED)
def _compiled(source: str) -> Template:
    """A template by its source: a new version compiles only the forms it changes."""
    return _second_pass().from_string(source)


def specialised_source(form: Form, locale: str) -> str:
    """The source of the second pass."""
    return "".join(_block(block, form, locale) for block in form.layout)


def placed_fields(blocks: Iterable[Block]) -> Iterable[FieldId]:
    """The fields of a layout, in reading order."""
    for block in blocks:
        match block:
            case Slot(field):
                yield field
            case Columns(columns) | Section(columns=columns):
                for column in columns:
                    yield from placed_fields(column)
            case Tabs(tabs):
                for tab in tabs:
                    yield from placed_fields(tab.blocks)
            case Heading() | StaticText():
                pass


def is_list(field: Field) -> bool:
    """Whether a field is a list of other records rather than something to fill in."""
    return field.type.widget in _LISTS


# --- the first pass ---


def _block(block: Block, form: Form, locale: str) -> str:
    match block:
        case Slot(field):
            return _slot(form.fields[field], locale)
        case Heading(text):
            return _words("h3", "field--wide", text.in_locale(locale))
        case StaticText(text):
            return _words("p", "muted field--wide", text.in_locale(locale))
        case Columns(columns):
            return _columns(columns, form, locale)
        case Section():
            return _section(block, form, locale)
        case Tabs(tabs):
            inside = "".join(_tab(tab, form, locale) for tab in tabs)
            return f"<div class='form__tabs field--wide'>{inside}</div>\n"


def _words(tag: str, style: str, text: str) -> str:
    """Words between fields, left out where the rest of a form stands by itself: `bare`."""
    element = f"<{tag} class='{style}'>{_baked_text(text)}</{tag}>\n"
    return f"{{% if not bare %}}{element}{{% endif %}}"


def _tab(tab: Tab, form: Form, locale: str) -> str:
    """A tab, unless all its fields are gone."""
    names = [name for name in placed_fields(tab.blocks) if not is_list(form.fields[name])]
    inside = (
        f"<details class='form__tab' open><summary>"
        f"{_baked_text(tab.title.in_locale(locale))}</summary>"
        f"{_grid(_blocks(tab.blocks, form, locale))}</details>\n"
    )
    is_there = " or ".join(f"slots['{name}'].mode != 'gone'" for name in names)
    return f"{{% if {is_there} %}}{inside}{{% endif %}}" if names else inside


def _section(section: Section, form: Form, locale: str) -> str:
    title = _baked_text(section.title.in_locale(locale))
    heading = f"<h2>{title}</h2>\n" if title else ""
    veil = f"{{{{ sections['{section.id}'] }}}}"
    inside = _columns(section.columns, form, locale)
    start = "class='form__section field--wide'"
    if title:  # seen once; where it is repeated, only to be heard
        told = f"class='form__section form__section--told field--wide' aria-label='{title}'"
        is_told = f"bare and '{section.id}' in told"
        start = f"{{% if {is_told} %}}{told}{{% else %}}{start}{{% endif %}}"
        heading = f"{{% if not ({is_told}) %}}{heading}{{% endif %}}"
    return f"<section {start} data-section='{section.id}'{veil}>\n{heading}{inside}</section>\n"


def _columns(columns: Iterable[tuple[Block, ...]], form: Form, locale: str) -> str:
    filled = [column for column in columns if column]
    if len(filled) < 2:
        return _grid(_blocks(filled[0], form, locale)) if filled else ""
    inside = "".join(
        f"<div class='form__column'>{_blocks(column, form, locale)}</div>" for column in filled
    )
    return _grid(inside)


def _grid(inside: str) -> str:
    return f"<div class='form__grid'>\n{inside}</div>\n"


def _blocks(blocks: Iterable[Block], form: Form, locale: str) -> str:
    return "".join(_block(block, form, locale) for block in blocks)


def _slot(field: Field, locale: str) -> str:
    if is_list(field):
        return ""
    baked = _Baked(
        id=field.id,
        title=field.title.in_locale(locale),
        help=field.help.in_locale(locale),
        placeholder=field.placeholder.in_locale(locale),
        is_wide=field.width == "full" and field.type.widget in {"textarea", "file"},
        is_group=field.type.widget in _GROUPS,
    )
    facts = {
        "f": baked,
        "attrs": _attributes(baked),
        "d": _Absent(field.type.widget_data(field.options, locale)),
        "t": catalogue(locale).say,
    }
    widgets = _first_pass()
    control = widgets.get_template(f"{field.type.widget}.html").render(facts)
    return widgets.get_template("slot.html").render(control=_Source(control), **facts)


def _attributes(baked: _Baked) -> _Source:
    """What every control of a field says of itself; the rest only where there is a rest."""
    described = f"f-{baked.id}-error" + (f" f-{baked.id}-help" if baked.help else "")
    rest = "{% if s.attrs %}{{ s.attrs }}{% endif %}"
    return _Source(f' aria-describedby="{described}"{rest}')


class _Absent(dict[str, Any]):
    """Options of a control; one that it does not have reads as None."""

    def __missing__(self, key: str) -> None:
        return None


class _Source(str):
    """Text that went through the first pass already."""

    __slots__ = ()


def _baked_text(text: object) -> str:
    """A text as HTML that holds no brace, so that the second pass sees no template in it."""
    if isinstance(text, _Source):
        return text
    return str(escape(text)).replace("{", "&#123;").replace("}", "&#125;")


@cache
def _first_pass() -> Environment:
    environment = Environment(
        loader=DictLoader(_widget_sources()),
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_baked_text,
        autoescape=False,  # noqa: S701  `finalize` escapes, and braces too
    )
    environment.globals["icon"] = lambda name: _Source(icon(name))
    return environment


@cache
def _second_pass() -> Environment:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _widget_sources() -> Mapping[str, str]:
    folder = files("runtime.web").joinpath("templates", "fields")
    return {one.name: one.read_text("utf-8") for one in folder.iterdir()}
