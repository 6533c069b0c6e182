"""The line icons of pages: one path each on a grid of 24. Drawn for this product."""

# ruff: noqa: E501  a path is one word

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

PATHS: Mapping[str, str] = {
    "alert": "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
    "app": "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 21h4",
    "book": "M5 5.5A1.5 1.5 0 0 1 6.5 4H19v13H6.5A1.5 1.5 0 0 0 5 18.5zM5 18.5A1.5 1.5 0 0 0 6.5 20H19v-3",
    "box": "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
    "building": "M5 20V5l8-2v17M13 9h6v11M3 20h18M8 8.5h2M8 12h2M8 15.5h2M16 12.5v.1M16 16v.1",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3.5V8M16 3.5V8",
    "cart": "M3 4h3l2.2 11h10L20.5 8H7M9.5 19.5v.1M17 19.5v.1",
    "chart": "M4 20V4M4 20h16M8.5 16v-4M12.5 16V8M16.5 16v-6",
    "chat": "M4 5h16v11h-9l-4.5 4V16H4z",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "clock": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.2l3 1.8",
    "close": "M6 6l12 12M18 6L6 18",
    "design": "M4 20l1-4.5L15.5 5 19 8.5 8.5 19zM13 7.5l3.5 3.5",
    "down": "M6 9.5l6 6 6-6",
    "edit": "M4 20l1-4L16 5l3 3L8 19zM4 20h16",
    "file": "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "flag": "M6 21V4h12l-2.5 4L18 12H6",
    "flow": "M4 9.5h5v5H4zM15 4h5v5h-5zM15 15h5v5h-5zM9 12h3M12 6.5v11M12 6.5h3M12 17.5h3",
    "help": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.8 9.8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.7M12 16v.1",
    "home": "M4 11l8-7 8 7M6 9.5V20h4.5v-5h3v5H18V9.5",
    "inbox": "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2.5h4l1-2.5h5",
    "info": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 11v5M12 8v.1",
    "keyboard": "M3 6.5h18v11H3zM7 10v.1M10.5 10v.1M14 10v.1M17 10v.1M8 14h8",
    "language": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM4 12h16M12 4c3 2.5 3 13.5 0 16M12 4c-3 2.5-3 13.5 0 16",
    "link": "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
    "list": "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.1M4.5 12v.1M4.5 17.5v.1",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "mail": "M3.5 6h17v12h-17zM3.5 7l8.5 6 8.5-6",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "moon": "M19.5 14A8 8 0 0 1 10 4.5 8 8 0 1 0 19.5 14z",
    "more": "M6 11.2a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6zM12 11.2a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6zM18 11.2a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6z",
    "next": "M9.5 6l6 6-6 6",
    "open": "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
    "out": "M14 5H5v14h9M10 12h10M16.5 8.5L20 12l-3.5 3.5",
    "panel": "M4 5h16v14H4zM14.5 5v14",
    "phone": "M6 4h3.5l1.5 4-2 1.5a10 10 0 0 0 5.5 5.5L16 13l4 1.5V18a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z",
    "play": "M8 5.5l10 6.5-10 6.5z",
    "plus": "M12 5v14M5 12h14",
    "print": "M7 9V4h10v5M5 17H4V9h16v8h-1M7 14h10v6H7z",
    "refresh": "M19 6v5h-5M5 18v-5h5M18.5 11A7 7 0 0 0 6 8.5M5.5 13A7 7 0 0 0 18 15.5",
    "robot": "M5 9h14v10H5zM12 9V5M12 4.5v.1M9 13v1.5M15 13v1.5M3 13v3M21 13v3",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20.5 20.5",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
    "shield": "M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6z",
    "star": "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
    "sun": "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    "table": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
    "tag": "M4 4h8l8 8-8 8-8-8zM8.5 8.5v.1",
    "task": "M4.5 5h15v15h-15zM8.5 12.5l2.5 2.5 4.5-5",
    "tool": "M14 7a4 4 0 0 1 5-3l-2.5 2.5 1 1L20 5a4 4 0 0 1-5 5L7.5 18.5a1.8 1.8 0 0 1-2.5-2.5z",
    "trash": "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
    "truck": "M3 6h11v10H3zM14 10h4l3 3v3h-7M7 18.5v.1M17 18.5v.1",
    "undo": "M4 9h10a5.5 5.5 0 0 1 0 11H9M8 5L4 9l4 4",
    "up": "M6 14.5l6-6 6 6",
    "upload": "M12 16V4.5M7 9l5-4.5L17 9M4 16v4h16v-4",
    "user": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
    "users": "M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2.5 19.5c.3-3.5 3-5 6.5-5s6.2 1.5 6.5 5M16 5.5a3.2 3.2 0 0 1 0 6M18 14.8c2 .6 3.2 2.2 3.5 4.7",
}  # fmt: skip

# Icons that point somewhere are mirrored in Arabic.
_TURNING = frozenset({"back", "next", "out", "open", "undo", "list", "panel", "chat"})

_UNSPOKEN = Markup('aria-hidden="true"')


def icon(name: str, label: str = "") -> Markup:
    """An icon as inline SVG; without a label it is decoration and hidden from readers."""
    path = PATHS.get(name, PATHS["box"])
    turn = " icon--turn" if name in _TURNING else ""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else _UNSPOKEN
    return Markup('<svg class="icon{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>').format(
        turn, spoken, path
    )
