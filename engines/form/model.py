"""A form, compiled: fields, layout, access, views, and the order in which values are computed.

Immutable; nothing here decides. `parse` makes it; `submit`, `compute` and `page` use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from engines.expression.compile import Expression
from engines.expression.types import Type
from engines.form.conditions import Condition
from engines.form.display import names
from engines.form.fieldtype import FieldType
from engines.form.layout import Block
from engines.form.mask import Mask
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.template import Template
from engines.values import FieldId, FormId, LocaleText, RoleId, Value

NO_TEXT = LocaleText(())

SYSTEM_TITLES: Mapping[FieldId, LocaleText] = MappingProxyType(
    {
        FieldId("id"): names(en="Id", zh="标识", es="Identificador", ar="المعرّف"),
        FieldId("created_at"): names(en="Created", zh="创建时间", es="Creado", ar="أُنشئ في"),
        FieldId("created_by"): names(en="Created by", zh="创建人", es="Creado por", ar="أنشأه"),
        FieldId("updated_at"): names(en="Changed", zh="更新时间", es="Modificado", ar="عُدّل في"),
        FieldId("updated_by"): names(en="Changed by", zh="更新人", es="Modificado por", ar="عدّله"),
    }
)
SYSTEM_FIELDS: tuple[FieldId, ...] = tuple(SYSTEM_TITLES)


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that must hold whenever its field has a value, and what to say if not."""

    holds: Expression
    message: LocaleText
    reads: frozenset[FieldId]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its control with options, and what is the same for all controls."""

    id: FieldId
    title: LocaleText
    type: FieldType[Any]
    options: Any
    kind: Kind
    value_type: Type | None
    help: LocaleText = NO_TEXT
    placeholder: LocaleText = NO_TEXT
    required: Condition = False
    readonly: Condition = False
    # All of these must be true for the field to be seen: its own `visible` and its sections'.
    shown_when: tuple[Condition, ...] = ()
    default: Value = None
    default_value: Expression | None = None
    value: Expression | None = None
    is_unique: bool = False
    is_indexed: bool = False
    is_encrypted: bool = False
    is_plain_indexed: bool = False  # encrypted, but kept readable beside it for sort and search
    is_personal: bool = False
    checks: tuple[Check, ...] = ()
    width: str = "full"
    mask: Mask | None = None
    clears_when_hidden: bool = True
    in_print: bool = True
    in_export: bool = True
    was: FieldId | None = None
    is_system: bool = False
    links_to: FormId | None = None
    # The control and options that show the value: another form's for a looked-up field.
    shown_as: tuple[FieldType[Any], Any] | None = None

    @property
    def is_computed(self) -> bool:
        """Whether an expression makes the value."""
        return self.value is not None

    @property
    def takes_answers(self) -> bool:
        """Whether a person may ever type the value."""
        return self.value is None and self.type.takes_answers

    @property
    def is_stored(self) -> bool:
        """Whether the value has columns of its own."""
        return bool(self.kind.columns)

    @property
    def writer(self) -> tuple[FieldType[Any], Any]:
        """The control and options by which the value is shown."""
        return self.shown_as or (self.type, self.options)


Read: TypeAlias = Callable[[object, Any, Reading], Value]
CheckValue: TypeAlias = Callable[[Value, Any], Iterable[Refused]]
SettleValue: TypeAlias = Callable[[Value, Any], Value]


class FieldAccess(StrEnum):
    """What a role may do with a field; a closed set, from least to most."""

    HIDDEN = "hidden"
    MASKED = "masked"
    READ = "read"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class FormAccess:
    """What a role may do with the form's records. A field not named follows the record."""

    create: Condition = False
    read: Condition = False
    update: Condition = False
    delete: Condition = False
    fields: Mapping[FieldId, FieldAccess] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field to sort by."""

    field: FieldId
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A list of records: which, with what columns, in which order."""

    id: str
    title: LocaleText
    when: Expression | None
    columns: tuple[FieldId, ...]
    sort: tuple[SortKey, ...]
    search: tuple[FieldId, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One field whose value may follow from others', in the order of `Form.steps`."""

    field: Field
    reads: frozenset[FieldId]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an app, with what `submit` needs laid ready."""

    id: FormId
    title: LocaleText
    title_plural: LocaleText
    icon: str
    is_subject: bool
    name: Template | None
    fields: Mapping[FieldId, Field]  # system fields included, last
    layout: tuple[Block, ...]
    access: Mapping[RoleId, FormAccess]
    views: Mapping[str, View]
    # Fields whose value follows from others, each after those it reads.
    steps: tuple[Step, ...]
    # field -> the fields that follow from it, however far, in the order of `steps`
    dependents: Mapping[FieldId, tuple[FieldId, ...]]
    # link field -> the keys behind it that this form's expressions read: {"buyer":
    # ("buyer.phone",)}
    linked_keys: Mapping[FieldId, tuple[str, ...]]
    # laid ready for `submit`, so that it looks at nothing in vain
    readers: Mapping[str, tuple[Read, Any]]  # of the answerable fields: how to read, its options
    checkers: Mapping[FieldId, tuple[CheckValue, Any]]
    settlers: Mapping[str, tuple[SettleValue, Any]]  # how computed values are kept, if otherwise
    answerable: tuple[Field, ...]
    defaults: tuple[Field, ...]
    required: tuple[Field, ...]
    readonly: tuple[Field, ...]
    checked: tuple[Field, ...]
    unique: tuple[Field, ...]
    serials: tuple[tuple[FieldId, str], ...]
    stored: tuple[FieldId, ...]  # system fields excluded

    @property
    def compute_order(self) -> tuple[FieldId, ...]:
        """Computed and conditional fields, each after those it reads."""
        return tuple(step.field.id for step in self.steps)

    @property
    def own_fields(self) -> tuple[Field, ...]:
        """The author's fields, in order."""
        return tuple(one for one in self.fields.values() if not one.is_system)

    def name_of(self, values: Mapping[FieldId, Value]) -> str:
        """The name of a record, by the form's template; else its first value that is a text."""
        if self.name is not None:
            record = {str(one): values.get(one) for one in self.fields}
            return self.name.render_line(record)
        texts = (values.get(one.id) for one in self.own_fields)
        return next((text for text in texts if isinstance(text, str) and text), "")
