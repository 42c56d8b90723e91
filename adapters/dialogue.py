"""How an event loop waits for the database, between what the driver says and what it hears."""

from asyncio import Future, get_running_loop

from psycopg.abc import RV, PQGen
from psycopg.waiting import Ready, Wait


async def dialogue(steps: PQGen[RV], socket: int) -> RV:
    """What a dialogue with the server comes to; each step says for what of the socket it waits.

    The driver's own way sets a timer for each wait, which takes as long again as all the rest.
    """
    loop = get_running_loop()
    try:
        wanted = next(steps)
        while True:
            ready: Future[Ready] = loop.create_future()
            if wanted & Wait.R:
                loop.add_reader(socket, _is, ready, Ready.R)
            if wanted & Wait.W:
                loop.add_writer(socket, _is, ready, Ready.W)
            try:
                came = await ready
            finally:
                if wanted & Wait.R:
                    loop.remove_reader(socket)
                if wanted & Wait.W:
                    loop.remove_writer(socket)
            wanted = steps.send(came)
    except StopIteration as ended:
        result: RV = ended.value
        return result


def _is(future: Future[Ready], what: Ready) -> None:
    if not future.done():
        future.set_result(what)
