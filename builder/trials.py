"""The sandboxes of designers, one a person and app: kept as steps, played again where needed.

A sandbox lives in memory, but what it came from (text, beginning, steps) is stored, and the same
steps lead to the same ids. So another process, or this one after a restart, goes on with it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from builder.sandbox import Sandbox
from builder.steps import Step, StepError, read_step, take, written
from engines.errors import AppBuilderError, Conflict, FieldErrors, NotAllowed, NotFound
from engines.values import AppId, UserId
from runtime.ports import Clock, IdSource, Reader, Store, Unit

MOST = 8  # in the memory of one process
MOST_STEPS = 500
KEPT_FOR = timedelta(days=7)  # without use

Key = tuple[UserId, AppId]


@dataclass(slots=True, eq=False)
class OpenTrial:
    """Somebody's sandbox; whoever uses it holds its lock."""

    key: Key
    session: str  # another one is another sandbox
    sandbox: Sandbox
    text: str  # the definition it tries
    used_s: float
    steps: list[Step] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is stored of a sandbox, but for the text."""

    session: str
    at: datetime
    has_seeds: bool
    steps: tuple[Step, ...]


class Trials:
    """Opens, finds and closes sandboxes. Memory holds a few; the longest unused one gives way."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._open: dict[Key, OpenTrial] = {}
        self._lock = threading.Lock()

    def open(
        self, user: UserId, app: AppId, text: str, *, at: datetime, with_seeds: bool = False
    ) -> OpenTrial:
        """A new sandbox in place of the one the person had. Raises DefinitionError."""
        kept = _Kept(self._ids.new(), at, with_seeds, ())
        trial = self._built((user, app), kept, text)

        def store(unit: Unit) -> None:
            _save(unit, (user, app), kept, ())
            named = {"session": kept.session, "text": text}
            unit.registry.save_run(_text_id(user, app), "trial_text", named, unit.now)

        self._store.run(store)
        return self._remember(trial)

    def find(self, user: UserId, app: AppId) -> OpenTrial:
        """The person's sandbox of an app, with all steps it was taken through. Raises NotFound."""
        key = (user, app)
        with self._store.read() as reader:
            kept = self._kept(reader, key)
            text = reader.registry.run(_text_id(user, app)) if kept else None
        if kept is None or text is None or text["session"] != kept.session:
            self._drop(key)
            raise NotFound("the sandbox")
        with self._lock:
            trial = self._open.get(key)
        if trial is None or trial.session != kept.session or len(trial.steps) > len(kept.steps):
            trial = self._remember(self._built(key, kept, text["text"]))
        with trial.lock:
            self._play(trial, kept.steps[len(trial.steps) :])
            trial.used_s = self._clock.monotonic_s()
        return trial

    def take(self, trial: OpenTrial, step: Step) -> None:
        """Take a step and keep it, unless it was refused. Raises what a person is refused with."""
        with trial.lock:
            if len(trial.steps) >= MOST_STEPS:
                raise Conflict("This sandbox has had its steps. Begin again.")
            try:
                take(trial.sandbox, step)
            except (FieldErrors, NotAllowed, NotFound, StepError):
                raise  # nothing of it happened
            except BaseException:
                self._drop(trial.key)  # the clock may stand half-way: play it again from the start
                raise
            earlier = tuple(trial.steps)
            trial.steps.append(step)
            try:
                self._store.run(lambda unit: self._keep_step(unit, trial, earlier))
            except BaseException:
                self._drop(trial.key)
                raise

    def close(self, user: UserId, app: AppId) -> None:
        """Forget the person's sandbox of an app."""

        def forget(unit: Unit) -> None:
            unit.registry.forget_run(_id(user, app))
            unit.registry.forget_run(_text_id(user, app))

        self._store.run(forget)
        self._drop((user, app))

    def __len__(self) -> int:
        return len(self._open)

    def _kept(self, reader: Reader, key: Key) -> _Kept | None:
        state = reader.registry.run(_id(*key))
        if state is None:
            return None
        is_old = self._clock.now() - datetime.fromisoformat(state["used_at"]) > KEPT_FOR
        return None if is_old else _read(state)

    def _keep_step(self, unit: Unit, trial: OpenTrial, earlier: Sequence[Step]) -> None:
        state = unit.registry.run(_id(*trial.key), lock=True)
        kept = _read(state) if state is not None else None
        if kept is None or kept.session != trial.session or len(kept.steps) != len(earlier):
            raise Conflict("The sandbox went on in another window. Look at it again.")
        _save(unit, trial.key, kept, trial.steps)

    def _built(self, key: Key, kept: _Kept, text: str) -> OpenTrial:
        """The sandbox as it was opened."""
        name = f"{key[1]}.yaml"
        sandbox = Sandbox.of(text, name, at=kept.at, with_seeds=kept.has_seeds)
        return OpenTrial(key, kept.session, sandbox, text, self._clock.monotonic_s())

    def _play(self, trial: OpenTrial, steps: Sequence[Step]) -> None:
        """Take steps that were taken before; a newer Dougong may refuse one: then it is gone."""
        try:
            for step in steps:
                take(trial.sandbox, step)
                trial.steps.append(step)
        except AppBuilderError as error:
            self._drop(trial.key)
            raise NotFound("the sandbox") from error

    def _remember(self, trial: OpenTrial) -> OpenTrial:
        with self._lock:
            gone = [self._open.pop(trial.key, None)]
            while len(self._open) >= MOST:
                gone.append(self._open.pop(min(self._open, key=self._used_s)))
            self._open[trial.key] = trial
        _close(gone)
        return trial

    def _drop(self, key: Key) -> None:
        with self._lock:
            gone = self._open.pop(key, None)
        _close([gone])

    def _used_s(self, key: Key) -> float:
        return self._open[key].used_s


def _id(user: UserId, app: AppId) -> str:
    return f"trial:{user}:{app}"


def _text_id(user: UserId, app: AppId) -> str:
    # Apart from the steps, so that a step does not write the whole definition again.
    return f"trial_text:{user}:{app}"


def _save(unit: Unit, key: Key, kept: _Kept, steps: Sequence[Step]) -> None:
    state: dict[str, Any] = {
        "session": kept.session,
        "at": kept.at.isoformat(),
        "seeds": kept.has_seeds,
        "steps": [written(step) for step in steps],
        "used_at": unit.now.isoformat(),
    }
    unit.registry.save_run(_id(*key), "trial", state, unit.now)


def _read(state: Any) -> _Kept:
    return _Kept(
        state["session"],
        datetime.fromisoformat(state["at"]),
        state["seeds"],
        tuple(read_step(one) for one in state["steps"]),
    )


def _close(trials: Sequence[OpenTrial | None]) -> None:
    for trial in trials:
        if trial is not None:
            with trial.lock:  # a request may be at work in it
                trial.sandbox.close()
