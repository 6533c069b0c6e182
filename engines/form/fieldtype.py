"""What a control declares: the contract of every file in `types/`.

A control knows its own options and nothing of the field around it: conditions, defaults and
permissions are the same for all controls and live in `submit` and `visible`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from engines.diagnostics import Path, Problems
from engines.expression.types import Type
from engines.form.display import Display
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL, Reading
from engines.kinds import Kind
from engines.values import FieldId, FormId, LocaleText, RoleId, Value

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a definition options stand, and what surrounds them."""

    problems: Problems
    path: Path
    locales: tuple[str, ...] = ()
    currency: str = ""  # the app's own
    forms: frozenset[FormId] = frozenset()
    roles: frozenset[RoleId] = frozenset()

    def add(self, code: str, key: str, message: str, *, hint: str = "") -> None:
        """Report a mistake at the option `key`, or at the field itself when it is empty."""
        self.problems.add(code, (*self.path, key) if key else self.path, message, hint=hint)


class KnownForms(Protocol):
    """What a control may ask of the other fields, of its own form and of all the others."""

    def target_in(self, form: FormId, field: FieldId) -> FormId | None:
        """The form that a link field of any form points to; None when it is no link."""
        ...

    def target(self, field: FieldId) -> FormId | None:
        """The form that a link field of the own form points to; None when it is no link."""
        ...

    def type_of(self, form: FormId, field: FieldId) -> Type | None:
        """The type of a field of any form; None when there is no such value."""
        ...


class FieldType(ABC, Generic[Options]):
    """One control; one instance of it, `TYPE`, serves every field of every app."""

    name: ClassVar[str]
    group: ClassVar[str]  # where the palette shows it: text number time choice people records …
    icon: ClassVar[str]
    label: ClassVar[LocaleText]
    widget: ClassVar[str]  # the template that draws it; controls may share one
    schema: ClassVar[Mapping[str, Any]]  # option -> JSON Schema with title and description
    needs: ClassVar[tuple[str, ...]] = ()  # options that must be written
    example: ClassVar[Mapping[str, Any]]
    empty: ClassVar[Value] = None
    takes_answers: ClassVar[bool] = True  # False: nobody types it (computed, numbered, shown)
    computes: ClassVar[bool] = False  # has a `value` of its own making or demands one
    is_offered: ClassVar[bool] = True  # False: only we write it (the system fields)
    holds_many: ClassVar[bool] = False  # a form posts one entry for each element
    # A browser posts nothing for an unticked control, so its template posts a blank before it.
    posts_blank: ClassVar[bool] = False
    parts: ClassVar[tuple[str, ...]] = ()  # named inputs: `price.amount`, `price.currency`

    # --- the definition ---------------------------------------------------------------------

    @abstractmethod
    def parse_options(self, data: Mapping[str, Any], place: Place) -> Options:
        """The options, typed; what is wrong is reported at `place` and read as if absent."""

    @abstractmethod
    def kind(self, options: Options) -> Kind:
        """How the values are kept."""

    @abstractmethod
    def value_type(self, options: Options, known: KnownForms) -> Type | None:
        """The type in expressions; None when expressions cannot see the field."""

    def links_to(self, options: Options) -> FormId | None:
        """The form whose records the value names."""
        return None

    def choices(self, options: Options) -> tuple[tuple[str, LocaleText], ...]:
        """The options to choose from with their titles, retired ones included, in order."""
        return ()

    def link(self, options: Options, form: FormId, known: KnownForms, place: Place) -> None:
        """Check what can only be known when all forms are outlined; `form` is the own one."""

    def shows(self, options: Options) -> tuple[FieldId, FieldId] | None:
        """(link field, field behind it) where the value is another field's and looks like it."""
        return None

    def derived(self, options: Options) -> str | None:
        """The expression that makes the value where the control itself says how."""
        return None

    def numbered(self, options: Options) -> str | None:
        """The pattern by which the runtime numbers new records."""
        return None

    def settle(self, value: Value, options: Options) -> Value:
        """A computed value as it is kept, such as a number rounded to its decimals."""
        return value

    def read_literal(self, data: object, options: Options) -> Value:
        """A literal of a definition as a value; raises Refused."""
        value = self.read(data, options, NEUTRAL)
        for problem in self.check(value, options):
            raise problem
        return value

    # --- answers ------------------------------------------------------------------------------

    @abstractmethod
    def read(self, raw: object, options: Options, reading: Reading) -> Value:
        """The value of an answer from a form (text, list of texts) or from JSON.

        Raises Refused for nonsense. Limits of the definition are `check`'s, so that a value stored
        under older limits can still be read.
        """

    def read_plain(
        self, texts: Sequence[str], options: Options, reading: Reading
    ) -> list[Value] | None:
        """The values of many texts at once, each read and checked; for files of many rows.

        None where one of them needs a look of its own, or the control has no shorter way.
        """
        return None

    def check(self, value: Value, options: Options) -> Iterable[Refused]:
        """What is wrong with a new value that could be read."""
        return ()

    def has_value(self, value: Value) -> bool:
        """Whether a required field is content with the value."""
        return value is not None and value != []

    # --- showing ------------------------------------------------------------------------------

    @abstractmethod
    def write(self, value: Value, options: Options, display: Display) -> str:
        """The value for a person's eyes; '' for an empty one."""

    def input_value(self, value: Value, options: Options, display: Display) -> Any:
        """What the widget holds: text that `read` would take back, or a list or map of texts."""
        return "" if value is None else str(value)

    def widget_data(self, options: Options, locale: str) -> dict[str, Any]:
        """What the template needs to know of the options, with all texts in `locale`."""
        return {}

    # --- exchange -----------------------------------------------------------------------------

    def to_json(self, value: Value, options: Options) -> Any:
        """The value in JSON; `from_json` takes it back."""
        return value

    def from_json(self, data: Any, options: Options) -> Value:
        """A value out of JSON, as the interface gives and takes it."""
        return self.read(data, options, NEUTRAL)

    def to_cell(self, value: Value, options: Options) -> Any:
        """The value for a table cell: text, number, date, boolean or None; no locale."""
        return self.to_json(value, options)

    def from_cell(self, cell: Any, options: Options, reading: Reading) -> Value:
        """A value out of a table cell."""
        return self.read(cell, options, reading)
