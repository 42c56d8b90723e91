"""The ledger as the rest of the code sees it: load a stream, append to it, read the log in order.

One store serves one tenant and all threads of a process. Deciders stay outside: a command loads,
decides on the state, and appends what was decided from exactly that state.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from adapters.codec import Codec
from adapters.command_rows import Group
from adapters.envelope import Batch, Change, Loaded, Meta, Receipt, Recorded
from adapters.event_types import EventTypes
from adapters.group_commit import GroupCommit
from adapters.log_reading import LogReader
from adapters.log_writing import Answer, LogWriter, reused
from adapters.person_keys import PersonKeys, person_keys
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import ONE_PLAN, Connection, Pool
from adapters.sitting import load_anew, now_sitting
from adapters.snapshots import EVERY, Snapshots
from adapters.state_loading import StateCache, StateLoader
from adapters.stream_reading import StreamReader
from adapters.subscription import Subscription
from adapters.wakeup import Wakeup
from domain.catalogue import Catalogue
from domain.decider import Decider

S = TypeVar("S")


class EventStore:
    """The log of one tenant."""

    def __init__(
        self,
        dsn: str,
        catalogue: Catalogue,
        *,
        tenant: int = 1,
        connections: int = 8,
        kept_states: int = 4_096,
        snapshot_every: int = EVERY,
        keys: PersonKeys | None = None,
    ) -> None:
        """Opens nothing yet: connections and threads come with the first use, also after a fork.

        `kept_states` is how many states are held in memory to shorten the next load, and a
        snapshot is taken `snapshot_every` events (0: never); `keys` seal personal data, without
        them those that the settings name.
        """
        self.tenant = tenant
        self.pool = Pool(dsn, 0, connections, settings=ONE_PLAN)
        self.codec = Codec(catalogue)
        self.keys = keys or person_keys(dsn)
        sealing = PersonalSealing(self.codec, self.keys)
        self.types = EventTypes(self.pool)
        self.wakeup = Wakeup(dsn)
        self.reader = LogReader(self.pool, tenant, self.types, self.codec, sealing)
        self.states = StateLoader(
            StreamReader(self.pool, tenant, self.types, self.codec, sealing),
            Snapshots(self.pool, tenant, sealing),
            StateCache(kept_states),
            snapshot_every,
        )
        self.writer = LogWriter(
            self.pool, tenant, self.types, self.wakeup.grown, self.codec, sealing
        )
        self.lane: GroupCommit[Group, Answer] = GroupCommit(self.writer.write)

    # Loading

    def load(
        self,
        decider: Decider[S, Any, Any],
        stream_id: UUID,
        *,
        known_at: datetime | None = None,
        up_to_position: int | None = None,
    ) -> Loaded[S]:
        """The stream folded to its state; version 0 and the first state where it has no events.

        `known_at` (inclusive) and `up_to_position` give the state as it was known then. Raises
        UnknownEvent, EventFromTheFuture or CorruptEvent for an event that cannot be read.
        """
        if known_at is not None or up_to_position is not None:
            return self.states.load_as_known(decider, stream_id, known_at, up_to_position)
        return self.states.load(decider, stream_id)

    def load_many(
        self, decider: Decider[S, Any, Any], stream_ids: Iterable[UUID]
    ) -> dict[UUID, Loaded[S]]:
        """The same for many streams in one statement; every id that was asked for is answered."""
        return self.states.load_many(decider, stream_ids)

    def stream(self, stream_id: UUID) -> list[Recorded]:
        """Every event of one stream in order, with who, when and why."""
        return self.reader.stream(stream_id)

    # Appending

    def append(
        self,
        loaded: Loaded[Any],
        facts: Sequence[Any],
        meta: Meta,
        *,
        fingerprint: bytes = b"",
        answer: dict[str, Any] | None = None,
    ) -> Receipt:
        """Add facts to one stream; see `append_together`."""
        change = Change(loaded, tuple(facts))
        return self.append_together((change,), meta, fingerprint=fingerprint, answer=answer)

    def append_together(
        self,
        changes: Sequence[Change],
        meta: Meta,
        *,
        fingerprint: bytes = b"",
        answer: dict[str, Any] | None = None,
        also: Callable[[Connection], None] | None = None,
    ) -> Receipt:
        """All changes of one command in one transaction, and its receipt with them.

        A command id is used once: the same id again with the same fingerprint adds nothing and
        gets the first receipt. Without facts only the receipt is written, where there is a
        fingerprint or an answer to remember. Raises Conflict when one of the streams has moved on
        (nothing is stored: load and decide again) and CommandReused for another fingerprint.
        What `also` does over the connection belongs to the same transaction.
        """
        group = self.writer.group(Batch(tuple(changes), meta, fingerprint, answer))
        result = self.lane.append(group) if also is None else self.writer.write_with(group, also)
        sitting = now_sitting()
        if sitting is not None:
            if isinstance(result, Receipt) and not result.repeated:
                sitting.recorded(changes, group.ends)
            else:
                load_anew()
        if isinstance(result, Receipt):
            return result
        raise result

    def append_many(self, batches: Sequence[Batch]) -> list[Answer]:
        """Many commands in one round trip, each whole or not at all, answered in order.

        A command that lost a race or whose id was used before is answered with Conflict or
        CommandReused in its place; the others take effect.
        """
        return self.writer.write(self.writer.groups(batches))

    def receipt(self, command_id: UUID, fingerprint: bytes | None = None) -> Receipt | None:
        """What a command was answered, if it took effect.

        Raises CommandReused when it was another request than the one with this fingerprint.
        """
        with self.pool.connection() as conn:
            row = conn.execute(
                "SELECT position, answer::text, fingerprint FROM es_receipt "
                "WHERE tenant = %s AND command_id = %s",
                (self.tenant, command_id),
            ).fetchone()
        if row is None:
            return None
        if fingerprint is not None and fingerprint != row[2]:
            raise reused(command_id)
        answer = {} if row[1] is None else msgspec.json.decode(row[1])
        return Receipt(command_id, row[0], answer, repeated=True)

    # Reading in order

    def safe_position(self) -> int:
        """The position up to which the log is final and may be read."""
        return self.reader.safe_position()[0]

    def read_after(
        self,
        position: int,
        limit: int,
        *,
        until: int | None = None,
        names: Iterable[str] | None = None,
        wanted: Callable[[UUID], bool] | None = None,
    ) -> list[Recorded]:
        """At most `limit` final events beyond a position, in order; `until` is inclusive.

        Of streams that are not `wanted` nothing is decoded or given; they count for the limit.
        """
        safe = self.safe_position()
        bound = safe if until is None else min(safe, until)
        if bound <= position:
            return []
        return self.reader.after(position, limit, bound, names, wanted)

    def subscribe(
        self,
        after: int,
        *,
        names: Iterable[str] | None = None,
        moved: Callable[[int], None] | None = None,
    ) -> Subscription:
        """Batches of events beyond a position, as they come; ends when it is stopped.

        `moved` is told, on the reading thread, when the place moved without anything to hand out.
        """
        return Subscription(self.reader, self.wakeup, after, names, moved)

    # Numbers

    def take_numbers(self, series: str, count: int = 1) -> range:
        """Running numbers that nobody else gets; a block that is not used up leaves a gap.

        They are on the disk before they are given out: whoever has one uses it also after the
        server has gone and come back, and it must not be given a second time then.
        """
        if count < 1:
            raise ValueError("take at least one number")
        with self.pool.connection() as conn:
            row = conn.execute(
                "SELECT es_take_numbers(%s::int, %s::text, %s::int)", (self.tenant, series, count)
            ).fetchone()
        assert row is not None
        return range(row[0] - count + 1, row[0] + 1)

    def close(self) -> None:
        """Give back connections and end the threads; the store opens again when it is used."""
        self.wakeup.close()
        self.pool.close()


@contextmanager
def open_store(
    dsn: str, catalogue: Catalogue, *, tenant: int = 1, kept_states: int = 4_096
) -> Iterator[EventStore]:
    """A store for the length of a block."""
    store = EventStore(dsn, catalogue, tenant=tenant, kept_states=kept_states)
    try:
        yield store
    finally:
        store.close()
