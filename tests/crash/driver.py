"""Kill the product's processes at random points under load, and look at what is left.

Clients send each letter with an `Idempotency-Key` until it is acknowledged; what they were told
must be there once, its mail must have gone, under one Message-ID, and its timer must have fired.
Meanwhile files are imported and versions published (`chores`).
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

from engines.values import AppId, FormId, RoleId, UserId
from runtime.adapters.control import ask
from runtime.bootstrap import Runtime, open_runtime
from runtime.commands import SYSTEM, PublishApp
from runtime.ports import ChainReport, RecordQuery, UserRow
from tests.crash.chores import chores
from tests.crash.process import settings_from
from tests.crash.site import ROOT, Site, request, wait_until
from tests.support.mailbox import Mailbox
from tests.support.server import free_port

LETTERS = ROOT / "tests" / "crash" / "letters.yaml"
APP, LETTER, PAPER = AppId("letters"), FormId("letter"), FormId("paper")
CLIENTS = 4
DRAINED_WITHIN_S = 180.0
UP_S = (0.2, 4.0)  # from ready to the next kill
STARTING_S = (0.0, 1.5)  # from a start to a kill that does not wait for ready
LEAST_KILLS = 3  # also where a start takes long
LEAST_TOLD = 20  # letters that were acknowledged: as much load on a slow machine
TOO_EARLY = 0.2  # of the kills
ALL_AT_ONCE = 0.3  # of the kills


@dataclass
class Outcome:
    """What the clients were told and what is there in the end."""

    acknowledged: dict[str, str]  # subject -> record
    kills: int
    repeats: int  # requests sent again because no answer came
    chores: int  # imports and publishes that were told
    papers: dict[str, int]  # name -> how many records of it
    live_fields: set[str]  # of the form that grows with each publish
    mails: int
    subjects: list[str]
    states: list[str]
    open_timers: int
    dead_letters: int
    unsent: int
    message_ids: dict[str, set[str]]  # address -> its mails' ids
    chain: ChainReport


@dataclass
class Clients:
    """Threads that send letters until they are stopped; each is sent until it is acknowledged."""

    site: Site
    acknowledged: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, client: int) -> None:
        number = 0
        while not self.stopped.is_set():
            self._send(f"c{client}-{number}")
            number += 1

    def _send(self, subject: str) -> None:
        values = {"subject": subject, "email": f"{subject}@example.org"}
        body = json.dumps({"values": values})
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.site.token}",
            "Idempotency-Key": subject,
        }
        port = self.site.given["port"]
        give_up_s = time.perf_counter() + DRAINED_WITHIN_S
        while time.perf_counter() < give_up_s:
            try:
                status, answer = request(port, "POST", "/api/v1/letters/letter", body, headers)
            except (OSError, HTTPException):
                self.repeats += 1
                time.sleep(0.05)
                continue
            if status == 201:
                self.acknowledged[subject] = json.loads(answer)["id"]
                return
            if status not in (429, 503):
                raise AssertionError(f"{status} for {subject}: {answer!r}")
            self.repeats += 1
            time.sleep(0.05)
        raise AssertionError(f"{subject} was never acknowledged")


def crash_run(
    given: dict[str, Any], kinds: tuple[str, ...], mailbox: Mailbox, *, seed: int, load_s: float
) -> Outcome:
    """The outcome of a run under load for so many seconds; the same seed kills alike."""
    given = {**given, "port": free_port(), "mail_url": mailbox.url}
    site = Site(given, kinds, prepared(given))
    clients = Clients(site)
    failures: list[BaseException] = []
    loads = [partial(clients.run, one) for one in range(CLIENTS)]
    if "chores" not in kinds:
        handed_over = partial(ask, Path(given["data_dir"]))
        loads.append(partial(chores, handed_over, place_of(given), clients.stopped))
    threads = [threading.Thread(target=_noting(failures, one)) for one in loads]
    kills = 0
    try:
        for kind in kinds:
            site.start(kind)
        site.wait_until_ready()
        for thread in threads:
            thread.start()
        is_enough = partial(_is_enough, clients, time.perf_counter() + load_s)
        kills = kill_at_random(site, failures, random.Random(seed), is_enough)  # noqa: S311
        clients.stopped.set()
        for thread in threads:
            thread.join()
        if "chores" in kinds:
            site.stop("chores")
        wait_until(lambda: _is_drained(site, mailbox, clients), DRAINED_WITHIN_S)
    finally:
        clients.stopped.set()
        site.stop(*site.running)
    assert failures == []
    return outcome_of(given, clients, mailbox, kills)


def kill_at_random(
    site: Site,
    failures: list[BaseException],
    source: random.Random,
    is_enough: Callable[[], bool],
) -> int:
    """Kill one process or all, and start them anew, again and again, always under load."""
    kills = 0
    while (kills < LEAST_KILLS or not is_enough()) and not failures:
        time.sleep(source.uniform(*UP_S))
        is_all = source.random() < ALL_AT_ONCE
        victims = site.kinds if is_all else (source.choice(site.kinds),)
        kills += _kill_and_start(site, victims)
        if source.random() < TOO_EARLY:
            time.sleep(source.uniform(*STARTING_S))
            kills += _kill_and_start(site, victims)
        site.wait_until_ready()
    return kills


def _is_enough(clients: Clients, end_s: float) -> bool:
    return len(clients.acknowledged) >= LEAST_TOLD and time.perf_counter() >= end_s


def _kill_and_start(site: Site, victims: tuple[str, ...]) -> int:
    site.kill(victims)
    for kind in victims:
        site.start(kind)
    return 1


def prepared(given: dict[str, Any]) -> str:
    """The app published, and the token of somebody who may write letters."""
    runtime = open_runtime(settings_from(given))
    try:
        runtime.bus.execute(PublishApp(LETTERS.read_text("utf-8"), LETTERS.name), SYSTEM)
        clerk = UserRow(UserId(""), "clerk@example.org", "Clerk", "", "en", "UTC", True, False)  # noqa: FBT003
        user = runtime.accounts.add_user(clerk)
        runtime.accounts.set_roles(APP, user.id, [RoleId("clerk")])
        return runtime.accounts.new_token(user.id, "crash", ["read", "write"])
    finally:
        runtime.close()


def place_of(given: dict[str, Any]) -> Path:
    """Where the chores keep their files, outside the data."""
    return Path(given["data_dir"]).parent


def outcome_of(given: dict[str, Any], clients: Clients, mailbox: Mailbox, kills: int) -> Outcome:
    """What is there once everything has stopped."""
    done = place_of(given) / "done"
    chores_done = len(done.read_text("utf-8").splitlines()) if done.exists() else 0
    runtime = open_runtime(settings_from(given))
    try:
        return _seen(runtime, clients, mailbox, (kills, chores_done))
    finally:
        runtime.close()


def _seen(
    runtime: Runtime, clients: Clients, mailbox: Mailbox, counts: tuple[int, int]
) -> Outcome:
    runtime.work.seal()
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, APP)
        table = live.table(LETTER)
        unsent = reader.queue.next_due()
        timers = reader.instances.waiting_timers(10_000)
        dead = reader.queue.dead_letters()
        chain = reader.events.verify()
    records = list(runtime.store.stream(table, RecordQuery(LETTER)))
    papers = runtime.store.stream(live.table(PAPER), RecordQuery(PAPER))
    message_ids: dict[str, set[str]] = defaultdict(set)
    for raw in mailbox.mails:
        mail = message_from_bytes(raw)
        message_ids[str(mail["To"])].add(str(mail["Message-ID"]))
    return Outcome(
        acknowledged=dict(clients.acknowledged),
        kills=counts[0],
        repeats=clients.repeats,
        chores=counts[1],
        papers=Counter(str(one.values["name"]) for one in papers),
        live_fields={str(name) for name in live.form(PAPER).fields},
        mails=len(mailbox.mails),
        subjects=[str(one.values["subject"]) for one in records],
        states=[str(one.values["state"]) for one in records],
        open_timers=len(timers),
        dead_letters=len(dead),
        unsent=int(unsent is not None),
        message_ids=dict(message_ids),
        chain=chain,
    )


def _is_drained(site: Site, mailbox: Mailbox, clients: Clients) -> bool:
    """Every acknowledged letter's mail came, and no letter waits for its timer."""
    arrived = {str(message_from_bytes(one)["To"]) for one in list(mailbox.mails)}
    if not all(f"{subject}@example.org" in arrived for subject in clients.acknowledged):
        return False
    path = "/api/v1/letters/letter?where=state~is~new&limit=1"
    headers = {"Authorization": f"Bearer {site.token}"}
    status, answer = request(site.given["port"], "GET", path, headers=headers)
    return status == 200 and not json.loads(answer)["records"]


def _noting(failures: list[BaseException], work: Callable[[], None]) -> Callable[[], None]:
    def noted() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            failures.append(error)

    return noted
