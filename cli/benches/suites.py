"""Which figures `bima bench` knows: a name, and the works and limits that belong to it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from adapters.event_store import EventStore
from adapters.postgres import connect
from adapters.settings import Settings, get_settings
from cli.benches import exports, ledger, yardsticks
from cli.benches.measuring import Before, Result, Work, measure
from commands.desk import open_desk
from domain.events import CATALOGUE


@dataclass(frozen=True, slots=True)
class Wish:
    """How long and how much: `events` are stored before anything is measured, `rows` are the
    movements that reports are made of, `sql_rows` of them in PostgreSQL too; `kept` holds them."""

    rounds: int
    seconds: float
    callers: int
    events: int
    before: Before
    rows: int = 10_000_000
    sql_rows: int = 10_000_000
    kept: Path | None = None


Suite = Callable[[str, Wish], list[Result]]


def ledger_figures(url: str, wish: Wish) -> list[Result]:
    """Appends, commands one by one and in bulk, read models and imports, beside plain SQL."""
    with connect(url, application="bench") as conn:
        conn.execute(yardsticks.TABLE, prepare=False)
    desk = open_desk(_settings(url))
    seconds, callers = wish.seconds, wish.callers
    try:
        book = ledger.Book(desk)
        book.prepare()
        limits = _there(
            yardsticks.plain_inserts(url, callers, seconds),
            yardsticks.pgbench(url, callers, seconds),
            yardsticks.plain_batches(url, seconds),
        )
        works = (
            ledger.appends(book, callers, seconds),
            ledger.commands(book, callers, seconds),
            ledger.bulk(book, seconds),
            ledger.projecting(book, url),
            exports.importing(desk),
        )
        return measure(works, limits, wish.rounds, wish.before)
    finally:
        desk.store.close()


def log_figures(url: str, wish: Wish) -> list[Result]:
    """The event log beside the load generator and the event library's own recorder and runner."""
    from cli.benches import log_readers, log_works, sizes
    from cli.benches.freshness import Freshness
    from cli.benches.log_book import LONG, LONG_STREAMS, LogBook
    from cli.benches.stock import Stock

    with connect(url, application="bench") as conn:
        conn.execute(yardsticks.TABLE, prepare=False)
    seconds, callers = wish.seconds, wish.callers
    desk = open_desk(_settings(url), store=_forgetful(url))
    stock = Stock(url)
    try:
        book = LogBook(desk)
        wish.before("storing events", 1, 0.0)
        book.prepare(wish.events)
        stock.prepare(1_000, 10, LONG_STREAMS, LONG)
        works = (
            log_works.appends(book, callers, seconds),
            log_works.appends(book, 256, seconds),
            log_works.commands(book, callers, seconds),
            log_works.bulk(book, seconds),
            log_works.loads(book, seconds),
            log_readers.reads(book, seconds),
            log_readers.projecting(url),
            log_readers.rebuilding(url),
            log_readers.refilling(url),
            *Freshness(book, url, seconds).works(),
            sizes.stored(url),
            sizes.written_ahead(book, url, seconds),
        )
        limits = _there(
            yardsticks.pgbench(url, callers, seconds),
            stock.appends(callers, seconds),
            stock.commands(callers, seconds),
            stock.loads(seconds),
            stock.reads(seconds),
            stock.projecting(seconds),
        )
        return measure(works, limits, wish.rounds, wish.before)
    finally:
        stock.close()
        desk.store.close()


def curve_figures(url: str, wish: Wish) -> list[Result]:
    """The log's rates while it grows to `events`, beside a log of 100,000."""
    from cli.benches import curve
    from cli.benches.log_book import LogBook
    from cli.benches.place import fresh_database

    @contextmanager
    def opened(place: str) -> Iterator[LogBook]:
        desk = open_desk(_settings(place), store=_forgetful(place))
        try:
            yield LogBook(desk)
        finally:
            desk.store.close()

    with fresh_database(url) as large:
        return curve.measured(
            url, large, opened, wish.events, wish.rounds, wish.seconds, wish.before
        )


def fraud_figures(url: str, wish: Wish) -> list[Result]:
    """One claim scored as it comes in, and a whole book of claims scored again."""
    from cli.benches import fraud_works
    from projections import named
    from projections.running import catch_up

    desk = open_desk(_settings(url))
    try:
        book = fraud_works.FraudBook(desk)
        wish.before("storing claims", 1, 0.0)
        book.prepare(wish.events)
        wish.before("projecting them", 1, 0.0)
        catch_up(url, (named("claim_facts"), named("fraud_cases")))
        wish.before("training a model", 1, 0.0)
        book.put_in_charge()
        works = (
            fraud_works.scored_once(desk, wish.seconds),
            fraud_works.scored_again(desk),
        )
        return measure(works, {}, wish.rounds, wish.before)
    finally:
        desk.store.close()


def movement_figures(url: str, wish: Wish) -> list[Result]:
    """A triangle and a claims bordereau of many movements, beside DuckDB and PostgreSQL."""
    from cli.benches.movement_works import Plan, measured

    plan = Plan(wish.rows, wish.sql_rows, wish.rounds, wish.before, wish.kept)
    return measured(_settings(url), plan)


def claim_figures(url: str, wish: Wish) -> list[Result]:
    """Claims decided by the engine alone, and end to end from submission to decision."""
    from cli.benches import claim_works

    # Nothing is approved by itself: a decision is measured, not its payment. Claims that are all
    # alike look suspicious, which is not measured either.
    settings = _settings(url).model_copy(
        update={"auto_below": Decimal(0), "suspend_at": Decimal(1)}
    )
    with connect(url, application="bench") as conn:
        conn.execute(yardsticks.TABLE, prepare=False)
    desk = open_desk(settings)
    try:
        book = claim_works.ClaimBook(desk)
        wish.before("enrolling families", 1, 0.0)
        book.prepare()
        limits = _there(yardsticks.plain_inserts(url, wish.callers, wish.seconds))
        with claim_works.machinery(desk, settings):
            works = (claim_works.whole(book, wish.callers),)
            end_to_end = measure(works, limits, wish.rounds, wish.before)
        # Only then: while they run, threads that feed and project take turns with the engine.
        return measure((claim_works.pure(wish.seconds),), {}, wish.rounds, wish.before) + end_to_end
    finally:
        desk.store.close()


def what_if_figures(url: str, wish: Wish) -> list[Result]:
    """A whole book decided again under other terms, by one process and by all cores."""
    from cli.benches import what_if_works

    desk = open_desk(_settings(url))
    try:
        book = what_if_works.DecidedBook(desk)
        wish.before("storing decided claims", 1, 0.0)
        book.prepare(wish.events)
        counts = dict.fromkeys((1, what_if_works.cores()))
        works = tuple(what_if_works.what_if_rate(desk, url, n) for n in counts)
        limits = _there(what_if_works.engine_alone(wish.seconds))
        return measure(works, limits, wish.rounds, wish.before)
    finally:
        desk.store.close()


def _there(*limits: Work | None) -> dict[str, Work]:
    return {limit.name: limit for limit in limits if limit is not None}


def _settings(url: str) -> Settings:
    return get_settings().model_copy(update={"database_url": url})


def _forgetful(url: str) -> EventStore:
    """A store that keeps no state, in memory or stored: every load reads all its events."""
    tenant = get_settings().tenant
    return EventStore(url, CATALOGUE, tenant=tenant, kept_states=0, snapshot_every=0)


def proof_figures(url: str, wish: Wish) -> list[Result]:
    """What the proof over the log costs: time, room and delay."""
    from cli.benches import proof_works

    desk = open_desk(_settings(url))
    try:
        with proof_works.keys_folder() as folder:
            works = proof_works.suite(ledger.Book(desk), url, folder, wish.events, wish.seconds)
            return measure(works, {}, wish.rounds, wish.before)
    finally:
        desk.store.close()


def http_figures(url: str, wish: Wish) -> list[Result]:
    """Requests a second and response times of one API process, beside a bare handler."""
    from cli.benches import http_works, many_claims, wall_works
    from cli.benches.http_place import both_running

    with connect(url, application="bench") as conn:
        conn.execute(yardsticks.TABLE, prepare=False)
    settings = _settings(url)
    desk = open_desk(settings)
    try:
        book = ledger.Book(desk)

        def said(what: str, done: float) -> None:
            wish.before(what, 1, done)

        filled = many_claims.fill(book, url, wish.events, said)
        with both_running(settings, desk) as place:
            asked = http_works.Requests(place, filled, book.policies)
            works = (
                *http_works.works(place, asked, wish.seconds),
                *wall_works.works(url, settings.tenant, filled.claims),
            )
            limits = http_works.limits(place, asked, wish.seconds)
            return measure(works, limits, wish.rounds, wish.before)
    finally:
        desk.store.close()


def saga_figures(_url: str, wish: Wish) -> list[Result]:
    """Claims through a whole running Bima, over HTTP, with a model scoring them."""
    from cli.benches.saga_works import measured

    wish.before("a stack of its own", 1, 0.0)
    return measured()


SUITES: Mapping[str, Suite] = {
    "ledger": ledger_figures,
    "log": log_figures,
    "log_curve": curve_figures,
    "claims": claim_figures,
    "saga": saga_figures,
    "fraud": fraud_figures,
    "what_if": what_if_figures,
    "movements": movement_figures,
    "proofs": proof_figures,
    "http": http_figures,
}
