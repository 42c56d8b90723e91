"""What goes wrong: FAULTS, one row a kind. A fault counts only when it is proven to have hit.

Each does its harm, heals it, and tells the proof in words; `Missed` says that there was nothing
to hit just now.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import httpx2

from adapters.bank import Manner, SimulatedBank
from adapters.envelope import Batch, Change, Meta
from adapters.event_store import EventStore
from adapters.postgres import Pool
from adapters.secret_keys import bank_key
from adapters.signed_messages import signed
from cli.chaos_run.place import Place
from deploy.children import alive, wait_until
from deploy.part_process import STARTED_WELL_AFTER
from domain.events import CATALOGUE
from domain.member import MEMBER
from domain.member.decide import EnrolMember
from domain.member.events import MemberDetails, Sex
from workers.queues import MESSAGE_VERSION

Inflict = Callable[[Place, Random], str]
_BACKLOG_WITHIN = 3.0
_BANK_WITHIN = 4.0
_OURS = (
    "application_name LIKE 'bima%' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class Missed(Exception):
    """There was nothing to hit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`share` is how many of all faults are of this kind; faults of one `lane` follow each other,
    lanes run side by side."""

    name: str
    lane: str
    share: int
    meaning: str
    inflict: Inflict


# Processes


def killed(name: str) -> Inflict:
    def inflict(place: Place, _random: Random) -> str:
        log = place.log_of(name)
        said = log.stat().st_size if log.exists() else 0
        began = time.monotonic()
        pid = place.kill(name)
        if not pid:
            raise Missed(f"{name} did not run")
        if not place.back(name, pid, said):
            raise AssertionError(f"{name} was not started again")
        took = time.monotonic() - began
        time.sleep(STARTED_WELL_AFTER)  # what falls while it starts is given a pause on purpose
        return f"process {pid} of {name} ended; {place.pid(name)} works after {took:.1f} s"

    return inflict


def paused(name: str) -> Inflict:
    def inflict(place: Place, random: Random) -> str:
        seconds = random.uniform(0.2, 2.0)
        with place.held(name) as still:
            if not still:
                raise Missed(f"{name} did not run")
            time.sleep(seconds)
        return f"process {still[0]} of {name} stood still for {seconds:.1f} s"

    return inflict


# PostgreSQL's sessions


def sessions_cut(place: Place, random: Random) -> str:
    with place.database() as conn:
        pids = [pid for (pid,) in conn.execute(f"SELECT pid FROM pg_stat_activity WHERE {_OURS}")]  # noqa: S608  # nosec B608  # a condition named here
        chosen = random.sample(pids, (len(pids) + 1) // 2)
        row = conn.execute(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(p)) FROM unnest(%s::int[]) p",
            (chosen,),
        ).fetchone()
    if row is None or not row[0]:
        raise Missed("no session was open")
    return f"{row[0]} of {len(pids)} sessions cut"


def session_killed(place: Place, random: Random) -> str:
    """The kernel ends one session's process; PostgreSQL then restarts all of itself."""
    with place.database() as conn:
        pids = [pid for (pid,) in conn.execute(f"SELECT pid FROM pg_stat_activity WHERE {_OURS}")]  # noqa: S608  # nosec B608  # a condition named here
    if not pids:
        raise Missed("no session was open")
    pid = random.choice(pids)
    os.kill(pid, signal.SIGKILL)
    if not wait_until(lambda: not alive(pid), 5):
        raise Missed(f"session {pid} goes on")
    return f"the process {pid} of a session was killed"


def write_left_open(place: Place, random: Random) -> str:
    """A write holds the lowest position for a while, and is committed after later ones."""
    store = EventStore(place.stack.database_url, CATALOGUE, tenant=place.tenant)
    try:
        group = store.writer.group(_somebody_enrolled(store, random))
        with store.pool.connection() as conn, conn.transaction():
            held = store.writer.call(conn, [group]).positions[0]
            time.sleep(random.uniform(0.8, 2.0))
            row = conn.execute("SELECT safe, last FROM es_safe_position()").fetchone()
    finally:
        store.close()
    assert row is not None
    safe, last = row
    if last <= held:
        raise Missed("nothing was written meanwhile")
    return f"position {held} was held while the log grew to {last} (safe to {safe})"


def _somebody_enrolled(store: EventStore, random: Random) -> Batch:
    """One real event of a stream of its own, which every reader of members must meet."""
    now = datetime.now(UTC)
    details = MemberDetails("Neema", "Mushi", date(1990, 1, 1), Sex.FEMALE)
    number = f"CHAOS-{random.getrandbits(48):012x}"
    somebody = store.load(MEMBER, uuid4())
    facts = MEMBER.decide(somebody.state, EnrolMember(number, details, now.date()))
    meta = Meta(now, now.date(), "chaos", uuid4(), uuid4())
    return Batch((Change(somebody, tuple(facts)),), meta, b"chaos", {"number": number})


# Messages


@contextmanager
def backlog(place: Place) -> "Iterator[tuple[str, str, int]]":
    """The workers stand still while messages gather on a queue: its list, its table, how many."""
    with place.held("workers", "payments"):
        queues = place.queues()
        give_up = time.monotonic() + _BACKLOG_WITHIN
        while time.monotonic() < give_up:
            for waiting, messages in place.keys_of_queues():
                if count := int(queues.llen(waiting)):
                    yield waiting, messages, count
                    return
            time.sleep(0.01)
    raise Missed("no message came")


def messages_lost(place: Place, random: Random) -> str:
    with backlog(place) as (waiting, messages, count):
        queues, lost = place.queues(), 0
        for message in queues.lpop(waiting, random.randint(1, count)) or []:
            lost += int(queues.hdel(messages, message))
    if not lost:
        raise Missed("they were gone already")
    return f"{lost} of {count} messages of {waiting} lost"


def messages_doubled(place: Place, random: Random) -> str:
    with backlog(place) as (waiting, messages, count):
        queues, made = place.queues(), 0
        for message in queues.lrange(waiting, 0, 20):
            content = queues.hget(messages, message)
            for _ in range(random.randint(1, 2)):
                if content is not None:
                    copy = json.loads(content)
                    copy["options"]["redis_message_id"] = other = str(uuid4())
                    queues.hset(messages, other, json.dumps(copy))
                    made += int(queues.rpush(waiting, other) > 0)
    if not made:
        raise Missed("they were gone already")
    return f"{made} copies beside {count} messages of {waiting}"


def messages_reordered(place: Place, random: Random) -> str:
    with backlog(place) as (waiting, _, _count):
        queues = place.queues()
        wait_until(lambda: queues.llen(waiting) > 1, 1)
        order = queues.lrange(waiting, 0, -1)
        other = random.sample(order, len(order))
        if order == other:
            raise Missed("one message has one order")
        with queues.pipeline(transaction=True) as at_once:
            at_once.ltrim(waiting, len(order), -1)
            at_once.lpush(waiting, *reversed(other))
            at_once.execute()
    return f"{len(order)} messages of {waiting} shuffled"


def queues_wiped(place: Place, _random: Random) -> str:
    with backlog(place) as (_, _, count):
        queues = place.queues()
        keys = int(queues.dbsize())
        queues.flushall()
    return f"everything on the queue server wiped: {keys} keys, {count} messages on one queue"


def poisoned(place: Place, random: Random) -> str:
    """A message that no worker can do anything with: of another version, or of another kind."""
    waiting, messages = place.keys_of_queues()[0]
    queue = waiting.rpartition(":")[2]
    arguments: object = random.choice(
        [[MESSAGE_VERSION + 1, [[1, "score_for_fraud"]]], [MESSAGE_VERSION, "not a list"],
         [MESSAGE_VERSION, [[1 << 60, "score_for_fraud"]]]]
    )  # fmt: skip
    name = str(uuid4())
    content = {
        "queue_name": queue, "actor_name": f"react-{queue}", "args": arguments, "kwargs": {},
        "options": {"redis_message_id": name}, "message_id": name, "message_timestamp": 0,
    }  # fmt: skip
    queues = place.queues()
    queues.hset(messages, name, json.dumps(content))
    queues.rpush(waiting, name)
    if not wait_until(lambda: not queues.hexists(messages, name), 10, every=0.05):
        raise Missed("nobody took it in time")
    return f"a poisoned message on {waiting} was taken and put aside"


# The bank


# A third of the transfers is answered by webhook, the rest at once.
USUAL = Manner(by_webhook=33)


def answers_lost(place: Place, _random: Random) -> str:
    return _bank(place, Manner(lost_answers=1), "asked for the first time and heard nothing")


def webhooks_lost(place: Place, _random: Random) -> str:
    return _bank(place, Manner(by_webhook=100, webhook_times=0), "to be told of, and nobody told")


def webhooks_doubled(place: Place, _random: Random) -> str:
    return _bank(place, Manner(by_webhook=100, webhook_times=2), "told of twice, in any order")


def webhook_forged(place: Place, random: Random) -> str:
    """A transfer that the bank never made is said to have arrived: with a wrong key, long ago, and
    in the words of a message that was taken before."""
    number = place.ask(
        "SELECT instruction_id FROM bank_transfer WHERE tenant = %s ORDER BY random() LIMIT 1",
        (place.tenant,),
    )
    if number is None:
        raise Missed("no transfer was made")
    said = {
        "id": str(uuid4()), "kind": "failed", "instruction_id": number, "amount_minor": 1,
        "currency": place.settings.currency, "on": "2025-01-01", "reason": "FORGED",
    }  # fmt: skip
    body = json.dumps(said).encode()
    key, now = bank_key(place.settings.secrets_folder), datetime.now(UTC)
    headers = random.choice(
        [signed(uuid4().bytes * 2, body, now), signed(key, body, now - timedelta(hours=1)),
         signed(key, body + b" ", now), {}]
    )  # fmt: skip
    try:
        answer = httpx2.post(
            f"{place.stack.api_url}/api/v1/webhooks/bank",
            content=body,
            headers={**headers, "Content-Type": "application/json"},
            timeout=5,
        )
    except httpx2.HTTPError as error:
        raise Missed("nobody listened") from error
    if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise Missed("nobody listened")
    if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
        raise Missed("so many bad messages came before it that it was not looked at")
    if answer.status_code != httpx2.codes.UNAUTHORIZED:
        raise AssertionError(f"a forged message was answered {answer.status_code}")
    return f"a forged message about {number} was refused"


def bank_slow(place: Place, _random: Random) -> str:
    return _bank(place, Manner(slow=timedelta(seconds=1.5)), "waited 1.5 s for the answer")


def _bank(place: Place, manner: Manner, what: str) -> str:
    began = place.ask("SELECT clock_timestamp()")
    pool = Pool(place.stack.database_url, 0, 1)
    bank = SimulatedBank(pool, place.tenant)
    try:
        bank.behave(manner)
        met = "SELECT count(*) FROM bank_transfer WHERE first_asked_at > %s"
        wait_until(lambda: place.ask(met, (began,)) > 0, _BANK_WITHIN, every=0.1)
        hit = place.ask(met, (began,))
    finally:
        bank.behave(USUAL)
        pool.close()
    if not hit:
        raise Missed("nobody asked the bank")
    return f"{hit} transfers {what}"


# By lane: of these one is killed at a time, so that of the two that answer people one always works.
KILLED_IN_TURN = {
    "answering": ("api", "api-2"),
    "processes": ("workers", "projector", "feed"),
    "money": ("payments", "bank"),
}
PARTS = ("api", "api-2", "workers", "payments", "projector", "feed")
FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        *(
            Fault(f"kill-{name}", lane, 6, f"kill -9 of {name}", killed(name))
            for lane, names in KILLED_IN_TURN.items()
            for name in names
        ),
        Fault("kill-valkey", "servers", 12, "kill -9 of the queue server", killed("valkey")),
        Fault("kill-postgresql", "servers", 12, "kill -9 of PostgreSQL", killed("postgresql")),
        *(
            Fault(f"pause-{name}", "pauses", 14, f"{name} stands still up to 2 s", paused(name))
            for name in (*PARTS, "valkey")
        ),
        Fault("sessions-cut", "sessions", 40, "half of all sessions are cut", sessions_cut),
        Fault("session-killed", "sessions", 10, "kill -9 of one session", session_killed),
        Fault("write-left-open", "sessions", 20, "a write holds its position", write_left_open),
        Fault("messages-lost", "messages", 25, "messages vanish", messages_lost),
        Fault(
            "messages-doubled", "messages", 25, "messages come two or three times", messages_doubled
        ),
        Fault("messages-reordered", "messages", 20, "messages change places", messages_reordered),
        Fault("queues-wiped", "messages", 12, "the queue server is emptied", queues_wiped),
        Fault("poison", "messages", 10, "a message that nobody understands", poisoned),
        Fault("answers-lost", "bank", 20, "the bank pays, its answer is lost", answers_lost),
        Fault("bank-slow", "bank", 10, "the bank answers late", bank_slow),
        Fault("webhooks-lost", "bank", 6, "the bank's webhooks never come", webhooks_lost),
        Fault("webhooks-doubled", "bank", 12, "webhooks come twice", webhooks_doubled),
        Fault("webhook-forged", "bank", 12, "somebody speaks for the bank", webhook_forged),
    )
}
