"""The process that serves: what a granian worker loads, and how it ends.

One worker holds the data directory's lock; its request threads, the jobs and the single writer
live in it. Started by `builder/cli/serve.py`; decides nothing about requests.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import util
from typing import Any

from builder.cli.acts import answered
from builder.scenario import scenario_gate
from builder.web import make_designer
from runtime.adapters.control import ControlServer
from runtime.adapters.lock import DirectoryLock
from runtime.bootstrap import Runtime, open_runtime
from runtime.settings import Settings
from runtime.web.app import make_app
from runtime.web.logs import REQUESTS, log_to

ORPHAN_CHECK_S = 0.5


def load_application(settings: Settings, parent: int, *, runs_jobs: bool) -> Callable[..., Any]:
    """The WSGI application of a worker process that `parent` started.

    Holds the data directory, answers other commands on its socket and works on jobs where it is
    embedded; ends all that in order when the process stops.
    """
    closing = ExitStack()
    log_to(sys.stderr)
    closing.callback(REQUESTS.write_out)
    if settings.is_embedded:
        closing.enter_context(DirectoryLock.taken(settings.data_dir))
    runtime = open_runtime(settings, gates=(scenario_gate,), migrates=settings.is_embedded)
    closing.callback(runtime.close)
    if runs_jobs:
        runtime.jobs.start()
    if settings.is_embedded:
        closing.callback(_listen(settings, runtime).close)
    _end_with(parent)
    # Worker processes skip atexit; this is what they run instead.
    util.Finalize(None, closing.close, exitpriority=10)
    application = make_app(runtime, [make_designer(runtime)])
    _let_rest()
    return application


def _let_rest() -> None:
    """Spare the collector what lives as long as the process: looking at it stops everybody."""
    gc.collect()
    gc.freeze()


def _listen(settings: Settings, runtime: Runtime) -> ControlServer:
    control = ControlServer(
        settings.data_dir, lambda act, payload: answered(runtime, act, payload)
    )
    control.start()
    return control


def _end_with(parent: int) -> None:
    """Stop when the parent was killed, or the directory would stay locked for ever."""

    def watch() -> None:
        waiting = threading.Event()
        while os.getppid() == parent:
            waiting.wait(ORPHAN_CHECK_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="dougong-orphan", daemon=True).start()
