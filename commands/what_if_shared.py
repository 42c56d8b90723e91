"""The same question with the book shared among several processes, each with its own part."""

import gc
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from adapters.event_store import open_store
from commands.replaying import Part, decided_again
from commands.what_if import Answer, Change, Otherwise, answered
from domain.events import CATALOGUE
from domain.refusals import Refused


def what_if_shared(
    dsn: str,
    tenant: int,
    otherwise: Otherwise,
    currency: str,
    processes: int,
    *,
    told: Callable[[int, int], None],
) -> Answer:
    """Like `replaying.what_if`, by several processes; the answer is the same to the last claim.

    `told` hears how far the slowest is. Raises what one of them refuses.
    """
    context = get_context("spawn")
    reading: dict[Connection, int] = {}
    workers = []
    for number in range(processes):
        here, there = context.Pipe(duplex=False)
        part = Part(number, processes)
        worker = context.Process(target=_work, args=(there, dsn, tenant, otherwise, part))
        worker.start()
        there.close()
        workers.append(worker)
        reading[here] = 0
    again: list[Change] = []
    try:
        while reading:
            for pipe in wait(list(reading)):
                assert isinstance(pipe, Connection)
                again += _heard(pipe, reading, told)
        return answered(again, currency)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _heard(
    pipe: Connection, reading: dict[Connection, int], told: Callable[[int, int], None]
) -> list[Change]:
    """What a worker says: where it is, what came of it, or why it cannot go on."""
    try:
        word, said = pipe.recv()
    except EOFError:
        raise RuntimeError("one of the processes ended before it was done") from None
    match word:
        case "at":
            reading[pipe], last = said
            told(min(reading.values()), last)
            return []
        case "done":
            del reading[pipe]
            changes: list[Change] = said
            return changes
        case _:
            raise said


def _work(pipe: Connection, dsn: str, tenant: int, otherwise: Otherwise, part: Part) -> None:
    def told(position: int, last: int) -> None:
        pipe.send(("at", (position, last)))

    # Nearly all that is read is kept until the end: looking for what is no longer used would take
    # more time than deciding, and find nothing.
    gc.disable()
    try:
        with open_store(dsn, CATALOGUE, tenant=tenant, kept_states=16) as store:
            pipe.send(("done", decided_again(store, otherwise, part, told)))
    except Refused as refused:
        pipe.send(("refused", refused))
    finally:
        pipe.close()
