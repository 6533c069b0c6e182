"""Which rule an address and a method match, where the rules on the way are plain. Refuses none.

Plain are rules whose every part is a fixed word or one `<name>`: almost all of ours. Werkzeug
walks down the same tree, but compiles and sorts anew at every part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from werkzeug.routing import Rule

_NAME = re.compile(r"<([a-zA-Z_]\w*)>")


@dataclass(slots=True)
class _Place:
    """Where the parts so far have led."""

    words: dict[str, _Place] = field(default_factory=dict)
    named: _Place | None = None
    takes_others: bool = False  # a part that is neither; Werkzeug knows which comes first
    # by method; None: several, or one that is not said by its parts alone
    found: dict[str, tuple[Rule, tuple[str, ...]] | None] = field(default_factory=dict)


class PlainRules:
    """What Werkzeug's matcher answers, or nothing where it has to be asked.

    Fixed words go before names at every part, there as here, so whoever arrives without turning
    back has found its first answer. It is asked where that matcher would turn back, mend an
    address or refuse it.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._first = _Place()
        known = [rule for rule in rules if not rule.build_only]
        more = {rule.endpoint for rule in known if not _is_said_by_parts(rule)}
        for rule in known:
            self._add(rule, is_plain=rule.endpoint not in more)

    def find(self, path: str, method: str) -> tuple[Rule, dict[str, str]] | None:
        """The rule and what its names stand for; `path` begins with a slash."""
        place, values = self._first, []
        for part in path.split("/")[1:]:
            onward = place.words.get(part)
            if onward is None:
                onward = place.named
                if onward is None or place.takes_others or not part:
                    return None
                values.append(part)
            place = onward
        found = place.found.get(method)
        if found is None:
            return None
        rule, names = found
        return rule, dict(zip(names, values, strict=True))

    def _add(self, rule: Rule, *, is_plain: bool) -> None:
        place, names = self._first, []
        for part in rule.rule.split("/")[1:]:
            name = _NAME.fullmatch(part)
            if name is None and "<" in part:
                place.takes_others = True
                return
            if name is None:
                place = place.words.setdefault(part, _Place())
                continue
            names.append(name[1])
            place.named = place.named or _Place()
            place = place.named
        for method in rule.methods or ():
            is_first = is_plain and method not in place.found
            place.found[method] = (rule, tuple(names)) if is_first else None


def _is_said_by_parts(rule: Rule) -> bool:
    """Whether a rule of this endpoint never redirects, and asks only for a method."""
    return not (
        rule.methods is None
        or rule.defaults
        or rule.redirect_to
        or rule.alias
        or rule.websocket
        or rule.subdomain
        or rule.host
    )
