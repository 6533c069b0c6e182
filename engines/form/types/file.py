"""Attached files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import TEXT, ListOf, Type
from engines.form import limits, lists
from engines.form.display import Display, manner, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.form.references import read_id
from engines.kinds import Kind
from engines.values import Value

# What the words of `accept` let in, by content. A page or a drawing that could run a script is in
# none of them.
ACCEPTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image": ("image/jpeg", "image/png", "image/gif", "image/webp"),
        "pdf": ("application/pdf",),
        "document": (
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        "text": ("text/plain", "text/csv"),
        "audio": ("audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4"),
        "video": ("video/mp4", "video/webm"),
        "archive": ("application/zip",),
    }
)


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How many files, how big, of which content."""

    max_files: int
    max_size_mb: int
    accept: tuple[str, ...]

    @property
    def content_types(self) -> frozenset[str]:
        """The content types let in; empty for all that the runtime takes at all."""
        return frozenset(kind for word in self.accept for kind in ACCEPTED[word])


class FileType(FieldType[FileOptions]):
    """Ids of uploaded files; the upload itself is the runtime's, and judged by content."""

    name = "file"
    group = "files"
    icon = "paperclip"
    label = names(en="Files", zh="附件", es="Archivos", ar="ملفات")
    widget = "file"
    holds_many = True
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {
        "max_files": limits.count("At most", "Most files of a record", least=1, most=100),
        "max_size_mb": limits.count("Size", "Largest file in megabytes", least=1, most=200),
        "accept": {
            "type": "array",
            "items": {"enum": list(ACCEPTED)},
            "uniqueItems": True,
            "title": "Accepted",
            "description": "Kinds of content; all when absent",
        },
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "file", "accept": ["image", "pdf"]}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> FileOptions:
        return FileOptions(
            data.get("max_files") or 10,
            data.get("max_size_mb") or 20,
            tuple(data.get("accept") or ()),
        )

    def kind(self, options: FileOptions) -> Kind:
        return kinds.FILES

    def value_type(self, options: FileOptions, known: KnownForms) -> Type:
        return ListOf(TEXT)

    def read(self, raw: object, options: FileOptions, reading: Reading) -> Value:
        if raw is None:
            return None
        found = [read_id(entry, "not_a_file") for entry in lists.entries(raw)]
        ids = [entry for entry in found if entry is not None]
        lists.refuse_twice(ids)
        return ids or None

    def check(self, value: Value, options: FileOptions) -> Iterable[Refused]:
        return () if value is None else limits.count_within(value, None, options.max_files)

    def write(self, value: Value, options: FileOptions, display: Display) -> str:
        shown_names = [display.names.get(one, one) for one in value or ()]
        return manner(display.locale).list_sign.join(shown_names)

    def input_value(self, value: Value, options: FileOptions, display: Display) -> Any:
        return list(value or ())

    def widget_data(self, options: FileOptions, locale: str) -> dict[str, Any]:
        return {
            "max_files": options.max_files,
            "max_size_mb": options.max_size_mb,
            "accept": ",".join(sorted(options.content_types)),
        }

    def to_json(self, value: Value, options: FileOptions) -> Any:
        return list(value or ())

    def to_cell(self, value: Value, options: FileOptions) -> Any:
        return lists.to_cell(value)

    def from_cell(self, cell: Any, options: FileOptions, reading: Reading) -> Value:
        return self.read(lists.from_cell(cell), options, reading)


TYPE = FileType()
