"""The sandboxes that designers have open in this process: one a person and app, a few in all.

They live in memory alone: a restart forgets them, and another process does not know them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from builder.sandbox import Sandbox
from builder.steps import Step, take
from engines.errors import NotFound
from engines.values import AppId, UserId
from runtime.ports import Clock

MOST = 8
IDLE_S = 30 * 60

Key = tuple[UserId, AppId]


@dataclass(slots=True, eq=False)
class OpenTrial:
    """Somebody's sandbox; whoever uses it holds its lock."""

    sandbox: Sandbox
    text: str  # the definition it tries
    used_s: float
    steps: list[Step] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take(self, step: Step) -> None:
        """Take a step and remember it, unless it was refused."""
        take(self.sandbox, step)
        self.steps.append(step)


class Trials:
    """Opens, finds and closes sandboxes. The longest unused one gives way to a new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[Key, OpenTrial] = {}
        self._lock = threading.Lock()

    def open(
        self, user: UserId, app: AppId, text: str, *, at: datetime, with_seeds: bool = False
    ) -> OpenTrial:
        """A new sandbox in place of the one the person had. Raises DefinitionError."""
        sandbox = Sandbox.of(text, f"{app}.yaml", at=at, with_seeds=with_seeds)
        trial = OpenTrial(sandbox, text, self._clock.monotonic_s())
        with self._lock:
            old = [self._open.pop((user, app), None), *self._idle()]
            while len(self._open) >= MOST:
                old.append(self._open.pop(min(self._open, key=self._used_s)))
            self._open[user, app] = trial
        _close(old)
        return trial

    def find(self, user: UserId, app: AppId) -> OpenTrial:
        """The person's sandbox of an app. Raises NotFound."""
        with self._lock:
            idle = self._idle()
            trial = self._open.get((user, app))
            if trial is not None:
                trial.used_s = self._clock.monotonic_s()
        _close(idle)
        if trial is None:
            raise NotFound("the sandbox")
        return trial

    def close(self, user: UserId, app: AppId) -> None:
        """Forget the person's sandbox of an app."""
        with self._lock:
            old = self._open.pop((user, app), None)
        _close([old])

    def __len__(self) -> int:
        return len(self._open)

    def _used_s(self, key: Key) -> float:
        return self._open[key].used_s

    def _idle(self) -> list[OpenTrial | None]:
        """Take out what nobody used for long."""
        before_s = self._clock.monotonic_s() - IDLE_S
        keys = [key for key, trial in self._open.items() if trial.used_s < before_s]
        return [self._open.pop(key) for key in keys]


def _close(trials: list[OpenTrial | None]) -> None:
    for trial in trials:
        if trial is not None:
            with trial.lock:  # a request may be at work in it
                trial.sandbox.close()
