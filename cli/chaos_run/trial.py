"""One trial: start Bima, put people to work, let things go wrong, let it settle, check all."""

import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import redis

from adapters.bank import SimulatedBank
from adapters.clock import SystemClock
from adapters.postgres import Pool
from adapters.settings import get_settings
from cli.chaos_run.canaries import Canaries
from cli.chaos_run.defects import DEFECTS
from cli.chaos_run.faults import FAULTS, USUAL, Fault, Missed
from cli.chaos_run.invariants import Checking, Held
from cli.chaos_run.load import UNDER_FIRE, Load, Remembered
from cli.chaos_run.place import Place
from cli.demo_book import make_book
from cli.demo_year import enrolling
from cli.demo_year.portal import Portal, PortalRefused, PortalUnreachable
from cli.demo_year.screen import Screen
from cli.demo_year.staff import hire
from cli.demo_year.year import Year
from deploy.stack import start_stack, stop_stack
from domain.events import CATALOGUE
from workers.reactions import REACTIONS

DRAINED_WITHIN = 30.0  # seconds after the last fault
DEFECT_SHOWS_WITHIN = 8.0  # a planted defect need not be waited for as long


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault that was proven to have hit, `at` seconds after the first."""

    fault: str
    at: float
    proof: str


@dataclass
class Trial:
    """What a trial is to do, and what came of it.

    `slowest` are the writes that were waited for the longest: when they were first sent (seconds
    after the first fault), how long it took, how often they were sent.
    """

    seed: int
    seconds: float
    faults: int
    commands: int
    members: int
    planted: str = ""
    only: Sequence[str] = ()
    drained_within: float = DRAINED_WITHIN
    hits: list[Hit] = field(default_factory=list)
    missed: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    acknowledged: int = 0
    longest: float = 0.0
    slowest: list[tuple[float, float, int]] = field(default_factory=list)
    drained: float = 0.0
    took: float = 0.0

    @property
    def violations(self) -> list[str]:
        """Everything that did not hold."""
        found = [f"{held.name}: {wrong}" for held in self.held for wrong in held.wrong]
        return [*self.broken, *found]


def run(trial: Trial, screen: Screen) -> Trial:
    """Carry a trial out in a state folder of its own, which is kept where something is broken."""
    state = Path(tempfile.mkdtemp(prefix="bima-chaos-"))
    started = time.monotonic()
    with ExitStack() as ends:
        ends.enter_context(surroundings(trial, state))
        try:
            with screen.step("servers, database, API and workers"):
                stack = start_stack(state, tied=True, program=("cli.chaos_run.stack",))
            _under_fire(trial, Place(state, get_settings(), stack), screen)
        finally:
            stop_stack(state)
    trial.took = time.monotonic() - started
    if trial.violations and not trial.planted:
        (state / "chaos.json").write_text(json.dumps(asdict(trial), default=str, indent=1))
        screen.say(f"the state is kept in {state}")
    else:
        shutil.rmtree(state, ignore_errors=True)
    return trial


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class surroundings:  # noqa: N801 - used like a function
    """The trial's settings for this process and all that it starts, taken back at the end."""

    def __init__(self, trial: Trial, state: Path, *, tell: bool = True) -> None:
        """`tell` has members and payees told by text message, as the simulated world takes them."""
        outside = f"http://127.0.0.1:{free_port()}"
        self._wanted: Mapping[str, str | None] = {
            "BIMA_HOME": str(state),
            "DATABASE_URL": None,
            "REDIS_URL": None,
            "BIMA_OWNER_DATABASE_URL": None,
            "BIMA_MODELS_DATABASE_URL": None,
            "BIMA_KEYS_DATABASE_URL": None,
            "BIMA_BIOMETRICS_DATABASE_URL": None,
            "BIMA_BIOMETRIC_KEYS_DATABASE_URL": None,
            "BIMA_SECRETS_DIR": None,
            "BIMA_BANK_URL": f"{outside}/bank",
            "BIMA_SMS_URL": f"{outside}/sms" if tell else None,
            "BIMA_LIMIT_STAFF": "1000000",
            "BIMA_LIMIT_SIGN_IN": "10000",
            "BIMA_PLANTED": trial.planted or None,
        }

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._wanted}
        self._set(self._wanted)

    def __exit__(self, *_: object) -> None:
        self._set(self._before)

    def _set(self, values: Mapping[str, str | None]) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()


def _under_fire(trial: Trial, place: Place, screen: Screen) -> None:
    with place.database() as conn:
        for statement in DEFECTS[trial.planted].statements if trial.planted else ():
            conn.execute(statement)
    pool = Pool(place.stack.database_url, 0, 1)
    SimulatedBank(pool, place.tenant).behave(USUAL)
    pool.close()
    canaries, today = Canaries.of(trial.seed), SystemClock(place.settings.timezone).today()
    book = canaries.into(make_book(trial.members, trial.seed, today))
    with screen.step("staff hired"):
        hired = hire(place.settings, place.stack.database_url)
    kept = Remembered()
    portal = Portal(place.stack.api_url, uuid4(), 16, UNDER_FIRE, kept.add)
    year = Year(book, portal, hired, screen, datetime.now(UTC))
    try:
        try:
            enrolling.first_of_all(year)
            enrolling.all_the_rest(year)
        except (PortalRefused, PortalUnreachable) as failed:
            trial.broken.append(f"the book could not even be entered: {failed}")
            return
        more = trial.commands - kept.acknowledged
        load = Load(year, kept, canaries, trial.seed, trial.seconds, more)
        with screen.step("under fire", trial.faults) as bar:
            load.start()
            lanes = _lanes(trial, place, bar.step)
            for lane in lanes:
                lane.start()
            for lane in lanes:
                lane.join()
            load.finish(trial.drained_within + trial.seconds)
        with screen.step("settled"):
            allowed = DEFECT_SHOWS_WITHIN if trial.planted else trial.drained_within
            trial.drained = _settle(place, allowed)
        if len(trial.hits) < trial.faults:
            trial.broken.append(f"only {len(trial.hits)} of {trial.faults} faults hit")
        if trial.drained > trial.drained_within:
            trial.broken.append(
                f"not everything was done {trial.drained_within:.0f} s after the last fault"
            )
        trial.acknowledged, trial.longest = kept.acknowledged, kept.longest
        trial.slowest = kept.slowest(load.began)
        with screen.step("checked"):
            trial.held = Checking(place, kept, load, canaries, year).all()
    finally:
        portal.close()


def _lanes(trial: Trial, place: Place, step: object) -> list[threading.Thread]:
    """One thread a lane; each goes through its share of the faults in an order of the seed."""
    chosen = [FAULTS[name] for name in trial.only] if trial.only else list(FAULTS.values())
    shares = sum(fault.share for fault in chosen)
    began, until = time.monotonic(), time.monotonic() + trial.seconds
    lock = threading.Lock()
    threads = []
    for lane in dict.fromkeys(fault.lane for fault in chosen):
        random = Random(f"{trial.seed}|{lane}")  # noqa: S311
        plan = [
            fault
            for fault in chosen
            if fault.lane == lane
            for _ in range(max(1, round(trial.faults * fault.share / shares)))
        ]
        random.shuffle(plan)

        def drive(plan: list[Fault] = plan, random: Random = random) -> None:
            pause = 0.9 * trial.seconds / len(plan)
            for nth, fault in enumerate(plan):
                time.sleep(max(0.0, began + nth * pause - time.monotonic()))
                _inflict(trial, place, fault, random, began, until, lock)
                step()  # type: ignore[operator]  # the bar's own step
            # Lanes whose faults take longer are helped out by those that are done.
            while len(trial.hits) < trial.faults and time.monotonic() < until:
                _inflict(trial, place, random.choice(plan), random, began, until, lock)
                step()  # type: ignore[operator]  # the bar's own step

        threads.append(threading.Thread(target=drive, name=lane, daemon=True))
    return threads


def _inflict(
    trial: Trial,
    place: Place,
    fault: Fault,
    random: Random,
    began: float,
    until: float,
    lock: threading.Lock,
) -> None:
    """Try until it hits: another fault may just have taken away what this one needs."""
    while True:
        at = time.monotonic() - began
        try:
            proof = fault.inflict(place, random)
        except (Missed, psycopg.Error, redis.RedisError, OSError) as why:
            with lock:
                trial.missed[fault.name] = trial.missed.get(fault.name, 0) + 1
            if time.monotonic() > until:
                return
            time.sleep(0.2 if isinstance(why, Missed) else 0.5)
        except AssertionError as never:
            with lock:
                trial.broken.append(str(never))
            return
        else:
            with lock:
                trial.hits.append(Hit(fault.name, round(at, 2), proof))
            return


def _settle(place: Place, allowed: float) -> float:
    """Seconds until no task is open and the read models show everything; somewhat longer than
    allowed is waited."""
    started = time.monotonic()
    wanted = {"tenant": place.tenant, "names": [CATALOGUE.name_of(kind) for kind in REACTIONS]}
    while (waited := time.monotonic() - started) < allowed + 2:
        try:
            with place.database() as conn:
                row = conn.execute(_STILL_TO_DO, wanted).fetchone()
        except psycopg.OperationalError:
            row = None
        if row == (0, True, True):
            return waited
        time.sleep(0.1)
    return time.monotonic() - started


# An event that nothing follows from leaves the feed's stored position where it is.
_STILL_TO_DO = """
SELECT (SELECT count(*) FROM reaction_task WHERE tenant = %(tenant)s AND state = 'due'),
       NOT EXISTS (SELECT FROM es_event e JOIN es_type t ON t.id = e.type
                   WHERE e.tenant = %(tenant)s AND t.name = ANY (%(names)s)
                     AND e.position > (SELECT c.position FROM es_checkpoint c
                                       WHERE c.name = 'feed-' || %(tenant)s::text)),
       (SELECT min(c.position) FROM es_checkpoint c WHERE c.name IN (SELECT name FROM read_model))
       >= (SELECT max(position) FROM es_event)
"""
