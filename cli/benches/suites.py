"""Which figures `bima bench` knows: a name, and the works and limits that belong to it."""

from collections.abc import Callable, Mapping

from adapters.postgres import connect
from adapters.settings import get_settings
from cli.benches import exports, ledger, yardsticks
from cli.benches.measuring import Before, Result, Work, measure
from commands.desk import open_desk

Suite = Callable[[str, int, float, int, Before], list[Result]]


def ledger_figures(
    url: str, rounds: int, seconds: float, callers: int, before: Before
) -> list[Result]:
    """Appends, commands one by one and in bulk, read models and imports, beside plain SQL."""
    with connect(url, application="bench") as conn:
        conn.execute(yardsticks.TABLE, prepare=False)
    desk = open_desk(get_settings().model_copy(update={"database_url": url}))
    try:
        book = ledger.Book(desk)
        book.prepare()
        found = (
            yardsticks.plain_inserts(url, callers, seconds),
            yardsticks.pgbench(url, callers, seconds),
            yardsticks.plain_batches(url, seconds),
        )
        limits: dict[str, Work] = {limit.name: limit for limit in found if limit is not None}
        works = (
            ledger.appends(book, callers, seconds),
            ledger.commands(book, callers, seconds),
            ledger.bulk(book, seconds),
            ledger.projecting(book, url),
            exports.importing(desk),
        )
        return measure(works, limits, rounds, before)
    finally:
        desk.store.close()


SUITES: Mapping[str, Suite] = {"ledger": ledger_figures}
