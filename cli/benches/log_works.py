"""What is done to the log itself: appends, commands one by one and in bulk, loading streams."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from adapters.envelope import Loaded
from cli.benches.log_book import LONG, PART, TOGETHER, LogBook
from cli.benches.measuring import Work, side_by_side
from cli.benches.yardsticks import PGBENCH
from commands.policies import receive_premium
from domain.policy import POLICY

APPEND = "append, {} callers"
COMMAND = "command: load, decide, append, 16 callers"
BULK = "bulk commands, 1,000 a transaction"
LOAD = "load a 100-event stream"


def appends(book: LogBook, callers: int, seconds: float) -> Work:
    """A submitted claim, its health codes sealed, durable before the caller goes on."""
    store, new = book.store, book.desk.ids.new

    @contextmanager
    def caller(number: int) -> Iterator[Callable[[], int]]:
        facts = (book.claim(number),)

        def once() -> int:
            store.append(Loaded(new(), 0, None), facts, book.meta())
            return 1

        yield once

    return Work(
        APPEND.format(callers), "events/s", lambda: side_by_side(callers, seconds, caller),
        (PGBENCH, "stock: append"),
    )  # fmt: skip


def commands(book: LogBook, callers: int, seconds: float) -> Work:
    """Book a premium: load the policy from its events, decide, append the fact and the receipt."""

    @contextmanager
    def caller(number: int) -> Iterator[Callable[[], int]]:
        mine = book.policies[number::callers]
        turn = count()

        def once() -> int:
            policy = mine[next(turn) % len(mine)]
            receive_premium(book.desk, book.context(), policy, PART, "bench")
            return 1

        yield once

    return Work(
        COMMAND, "commands/s", lambda: side_by_side(callers, seconds, caller),
        (PGBENCH, "stock: command"),
    )  # fmt: skip


def bulk(book: LogBook, seconds: float) -> Work:
    """Book a premium on each of many policies: load all, decide each, append all at once."""
    turn = count()

    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        def once() -> int:
            begin = next(turn) * TOGETHER % (len(book.policies) // TOGETHER * TOGETHER)
            return book.receive(book.policies[begin : begin + TOGETHER])

        yield once

    return Work(BULK, "commands/s", lambda: side_by_side(1, seconds, caller), ("stock: command",))


def loads(book: LogBook, seconds: float) -> Work:
    """Fold a policy of a hundred events, without a snapshot and without a kept state."""

    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        turn = count()

        def once() -> int:
            loaded = book.store.load(POLICY, book.long[next(turn) % len(book.long)])
            assert loaded.version >= LONG
            return 1

        yield once

    return Work(LOAD, "loads/s", lambda: side_by_side(1, seconds, caller), ("stock: load",))
