"""Which forms flows may watch with conditions, as far as this process knows without asking.

With every change of a record the instances on it would have to be read, so that those that wait
for a condition look again; mostly there is none. What an instance waits for is in its version of
the flow: nobody watches a form none of whose flows ever looks at conditions. Compiles nothing.
"""

from __future__ import annotations

import threading
from collections import defaultdict

from engines.definition import AppDefinition
from engines.values import AppId, FormId
from runtime.ports import Reader


class Watching:
    """The watched forms of the versions that `Live` has compiled, and what those leave out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[tuple[AppId, FormId]] = set()
        self._compiled: defaultdict[AppId, set[int]] = defaultdict(set)
        # versions that had instances going on when first asked, and are not compiled yet
        self._unseen: dict[AppId, set[int]] = {}

    def add(self, app: AppDefinition, number: int) -> None:
        """Look at a version, before anything of it is started or moved to it."""
        with self._lock:
            self._watched.update((app.id, one.form) for one in app.flows.values() if one.watches)
            self._compiled[app.id].add(number)
            self._unseen.get(app.id, set()).discard(number)

    def may_be(self, reader: Reader, app: AppId, form: FormId) -> bool:
        """Whether an instance on a record of the form may wait for a condition.

        False is certain: what has begun before this process is of a version that is going on when
        first asked, and what begins or is moved later, of one that was compiled for it.
        """
        if (app, form) in self._watched:
            return True
        unseen = self._unseen.get(app)
        if unseen is None:
            going_on = reader.instances.versions_going_on(app)
            if going_on is None:
                return True
            with self._lock:
                unseen = self._unseen[app] = set(going_on) - self._compiled[app]
        return bool(unseen)
