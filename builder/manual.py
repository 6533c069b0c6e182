"""The reference pages of types, functions, mapping files, codes and settings, as markdown.

Everything comes from the catalogues; the pages of commands stand in `builder/cli/manual.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from builder.reference import SETS, Entry, type_entries
from engines.expression.functions.registry import function_reference
from engines.schema import app_schema
from engines.shape.editor import editor_schema
from engines.source.dump import dump
from runtime.exchange.mapping_schema import MAPPING_SCHEMA, TARGET
from runtime.settings import settings_page

_EXPECTED = re.compile(r"^\ufeff?# expect: ([^\r\n]*)", re.MULTILINE)
_CODE = re.compile(r"\[([A-Z][0-9]{3})\]$")

_TITLES: Mapping[str, tuple[str, str]] = {
    "fields": ("Controls", "What stands under `type:` of a field, and the options beside it."),
    "nodes": ("Flow nodes", "What stands under `type:` of a node, and the options beside it."),
    "actions": ("Actions", "What rules and flows can do: a map with one key."),
    "charts": ("Charts", "What stands under `chart:` of a report."),
    "assignees": ("Assignees", "Who a task, an approval or a message is for."),
}


def reference_pages(root: Path) -> dict[str, str]:
    """File name -> text of every generated page; `root` is the checkout."""
    pages = {f"docs/reference/{name}.md": _types_page(name) for name in SETS}
    pages["docs/reference/functions.md"] = function_reference()
    pages["docs/reference/mapping.md"] = _mapping_page()
    pages["docs/reference/service_levels.md"] = _service_levels_page()
    pages["docs/reference/codes.md"] = _codes_page(root / "tests" / "broken_apps")
    pages["docs/reference/schema.json"] = schema_text()
    pages["docs/settings.md"] = settings_page()
    return pages


def schema_text() -> str:
    """The JSON Schema of definitions for editors, as a file."""
    return orjson.dumps(editor_schema(app_schema()), option=orjson.OPT_INDENT_2).decode() + "\n"


def _types_page(which: str) -> str:
    title, about = _TITLES[which]
    parts = [f"# {title}", "", about, ""]
    for entry in type_entries(which):
        parts += _type_part(entry)
    return "\n".join(parts)


def _type_part(entry: Entry) -> list[str]:
    head = [f"## {entry['type']}", "", f"{entry['title']}.", ""]
    example = ["```yaml", dump(_texts(entry["example"]), as_read=True).rstrip(), "```", ""]
    if not entry["options"]:
        return [*head, *example]
    rows = [_option_row(option) for option in entry["options"]]
    return [*head, "| option | takes | |", "|---|---|---|", *rows, "", *example]


def _option_row(option: Entry) -> str:
    told = [option["title"], option["about"]]
    about = ": ".join(one for one in told if one).replace("|", "\\|")
    needed = " **Must be written.**" if option["is_needed"] else ""
    return f"| `{option['name']}` | {option['takes']} | {about}{needed} |"


def _texts(value: Any) -> Any:
    """Example data as an author's text has it: every scalar is a word."""
    if isinstance(value, Mapping):
        return {str(key): _texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _mapping_page() -> str:
    parts = [
        "# Mapping files",
        "",
        "Which column of a file fills which field: `dougong records import FILE --mapping M`.",
        "",
        "| key | |",
        "|---|---|",
    ]
    for name, schema in MAPPING_SCHEMA["properties"].items():
        parts.append(_schema_row(name, schema, MAPPING_SCHEMA["required"]))
    parts += ["", "Under `columns`, each column of the file names a field, or is a map:", ""]
    parts += ["| key | |", "|---|---|"]
    for name, schema in TARGET["properties"].items():
        parts.append(_schema_row(name, schema, TARGET["required"]))
    return "\n".join([*parts, ""])


def _service_levels_page() -> str:
    """What may stand in `calendars` and `sla`."""
    sections = app_schema()["properties"]
    calendar = sections["calendars"]["additionalProperties"]
    policy = sections["sla"]["additionalProperties"]
    target = policy["properties"]["targets"]["additionalProperties"]
    step = target["properties"]["steps"]["additionalProperties"]
    parts = ["# Calendars and service levels", ""]
    for title, schema in (
        ("A calendar, under `calendars:`", calendar),
        ("A day of it, under `days:`", calendar["properties"]["days"]["additionalProperties"]),
        ("A policy, under `sla:`", policy),
        ("A target, under `targets:`", target),
        ("A step, under `steps:`", step),
        ("What arrives, under `starts_on:` and `stops_on:`", target["properties"]["starts_on"]),
    ):
        rows = [
            _schema_row(name, one, schema.get("required", []))
            for name, one in schema["properties"].items()
        ]
        parts += [f"## {title}", "", "| key | |", "|---|---|", *rows, ""]
    return "\n".join(parts)


def _schema_row(name: str, schema: Mapping[str, Any], required: list[str]) -> str:
    told = [schema.get("title", ""), schema.get("description", "")]
    choices = ", ".join(f"`{one}`" for one in schema.get("enum", ()))
    words = ": ".join(one for one in [*told, choices] if one)
    return f"| `{name}` | {words}{' **Must be written.**' if name in required else ''} |"


def _codes_page(broken_apps: Path) -> str:
    """Every code with the message of a definition that shows it; the tests pin those messages."""
    shown: dict[str, str] = {}
    for file in sorted(broken_apps.glob("*.yaml")):
        for told in _EXPECTED.findall(file.read_bytes().decode("utf-8", "replace")):
            code = _CODE.search(told)
            if code is not None:
                _, _, sentence = told.partition(": ")
                shown.setdefault(code[1], sentence[: -len(code[0])].strip())
    rows = [f"| {code} | {shown[code].replace('|', '&#124;')} |" for code in sorted(shown)]
    head = ["# Codes of mistakes", "", "Each with one message that carries it.", ""]
    return "\n".join([*head, "| code | for example |", "|---|---|", *rows, ""])
