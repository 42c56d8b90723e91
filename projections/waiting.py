"""Waits, for a bounded time, until read models have come to a log position."""

import time
from collections.abc import Sequence

from adapters.postgres import Connection

# The least advanced of the named projections; one that has no checkpoint has come nowhere.
REACHED = """SELECT CASE WHEN count(c.name) < cardinality(%(names)s::text[]) THEN 0
       ELSE min(c.position) END
FROM es_checkpoint c WHERE c.name = ANY (%(names)s::text[]) AND c.shard = 0"""
SHORTEST, LONGEST = 0.001, 0.02  # seconds between looks


def wait_for(conn: Connection, position: int, timeout: float, names: Sequence[str]) -> bool:
    """Whether all of these projections show everything up to `position` within `timeout` seconds.

    The connection must be in autocommit, so that each look sees what was committed meanwhile.
    """
    give_up = time.monotonic() + timeout
    pause = SHORTEST
    while True:
        row = conn.execute(REACHED, {"names": list(names)}).fetchone()
        if row is not None and row[0] >= position:
            return True
        left = give_up - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST)
