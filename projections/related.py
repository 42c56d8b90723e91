"""Which events belong to the life of a thing: its own, what they led to, and what stands behind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any
from uuid import UUID

from adapters.codec import Codec
from adapters.envelope import Recorded
from adapters.postgres import Connection
from domain.events import CATALOGUE
from projections.scanning import LogScan
from projections.subjects import BY_AGGREGATE

MOST_RELATED = 200  # events of others that are told beside the thing's own
MOST_BACKGROUND = 10  # the latest ones of each thing that stands behind
MOST_IDS = 1_000
BEHIND = ("member", "policy", "provider", "product")

# Payments of a claim, and the claim of a payment, belong to each other whoever acted on them.
_OF_CLAIM = """SELECT payment_id, NULL::bigint FROM payments
WHERE tenant = %(tenant)s AND claim_id = %(stream)s
UNION SELECT accumulator_id, entry FROM accumulator_entries
WHERE tenant = %(tenant)s AND claim_id = %(stream)s
UNION SELECT accumulator_id, entry FROM accumulator_uses
WHERE tenant = %(tenant)s AND claim_id = %(stream)s
UNION SELECT claim_id, NULL FROM payments
WHERE tenant = %(tenant)s AND payment_id = %(stream)s"""

_OF_STORY = """SELECT event, command_id FROM audit_trail
WHERE tenant = %(tenant)s AND correlation_id = ANY (%(stories)s)
UNION SELECT event, command_id FROM audit_trail
WHERE tenant = %(tenant)s AND caused_by = ANY (%(positions)s)
ORDER BY 1 LIMIT %(most)s"""

_OF_COMMANDS = """SELECT event, command_id FROM audit_trail
WHERE tenant = %(tenant)s AND correlation_id = ANY (%(stories)s)
  AND command_id = ANY (%(commands)s)
ORDER BY 1 LIMIT %(most)s"""


class Related:
    """Reads what belongs together in one tenant's log."""

    def __init__(self, conn: Connection, tenant: int) -> None:
        self._conn = conn
        self._tenant = tenant
        self._scan = LogScan(Codec(CATALOGUE), CATALOGUE.names())

    def stream(self, stream_id: UUID) -> list[Recorded]:
        """All events of one stream."""
        return self._scan.chosen(
            self._conn, "tenant = %s AND stream_id = %s", (self._tenant, stream_id)
        )

    def beside(self, own: Sequence[Recorded]) -> list[Recorded]:
        """Events of others that belong to these: of the same commands, of what those led to, and
        of a claim's payments and benefit totals."""
        mine = {event.position for event in own}
        found = {event.position: event for event in self._of_story(own)}
        found |= {event.position: event for event in self._of_claim(own[0].stream_id)}
        others = [event for event in found.values() if event.position not in mine]
        return sorted(others, key=lambda event: event.position)[:MOST_RELATED]

    def _of_story(self, own: Sequence[Recorded]) -> list[Recorded]:
        parameters = {
            "tenant": self._tenant,
            "stories": list({event.meta.correlation_id for event in own}),
            "commands": list({event.meta.command_id for event in own}),
            "positions": [event.position for event in own],
            "most": MOST_RELATED + len(own) + 1,
        }
        rows = self._conn.execute(_OF_STORY, parameters).fetchall()
        if len(rows) >= MOST_RELATED + len(own):  # a story of many, as of an import
            rows = self._conn.execute(_OF_COMMANDS, parameters).fetchall()
        positions = [position for position, _ in rows]
        return self._scan.chosen(
            self._conn, "tenant = %s AND position = ANY (%s)", (self._tenant, positions)
        )

    def _of_claim(self, stream_id: UUID) -> Iterator[Recorded]:
        rows = self._conn.execute(
            _OF_CLAIM, {"tenant": self._tenant, "stream": stream_id}
        ).fetchall()
        whole = {stream for stream, entry in rows if entry is None}
        single = {(stream, entry) for stream, entry in rows if entry is not None}
        for event in self._scan.chosen(
            self._conn,
            "tenant = %s AND stream_id = ANY (%s)",
            (self._tenant, list(whole | {stream for stream, _ in single})),
        ):
            if event.stream_id in whole or (event.stream_id, event.version) in single:
                yield event

    def behind(self, own: Sequence[Recorded]) -> list[Recorded]:
        """The latest events, before the last of these, of the members, policies, providers and
        products that they name."""
        streams = list(dict.fromkeys(named for event in own for named in _own_ids(event.fact)))
        told = []
        for stream_id in streams[:MOST_IDS]:
            events = [e for e in self.stream(stream_id) if e.position < own[-1].position]
            if events and _aggregate(events[0]) in BEHIND:
                told += events[-MOST_BACKGROUND:]
        return sorted(told, key=lambda event: event.position)


def _aggregate(event: Recorded) -> str:
    kind = BY_AGGREGATE.get(event.name.partition(".")[0])
    return "" if kind is None else kind.name


def _own_ids(fact: Any) -> Iterator[UUID]:
    """The ids that a fact holds itself, not those inside its parts."""
    if is_dataclass(fact):
        for field in fields(fact):
            value = getattr(fact, field.name)
            if isinstance(value, UUID):
                yield value


def ids_in(facts: Iterable[Any]) -> set[UUID]:
    """All ids anywhere in some facts, as many as it is worth to look up."""
    found: set[UUID] = set()
    waiting = list(facts)
    while waiting and len(found) < MOST_IDS:
        value = waiting.pop()
        if isinstance(value, UUID):
            found.add(value)
        elif isinstance(value, tuple | list):
            waiting += value
        elif is_dataclass(value):
            waiting += [getattr(value, field.name) for field in fields(value)]
    return found
