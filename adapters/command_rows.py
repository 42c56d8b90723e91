"""What a command adds, as the rows that the database is handed: its events and its receipt.

The rows are packed in the driver's place, in PostgreSQL's binary form of a list of records
(`es_written`, `es_new_event` and `es_new_receipt` in the migrations): each value once, no lookups.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import repeat
from uuid import UUID

import msgspec

from adapters.chain import Place, Said, days, link, microseconds, said, stamp
from adapters.codec import Codec
from adapters.envelope import Batch, Change, Meta
from adapters.event_types import EventTypes
from adapters.personal_sealing import PersonalSealing

# Numbers of the basic types in pg_type, the same in every database.
_BOOL, _BYTEA, _INT8, _INT2, _INT4, _TEXT, _DATE, _TIME, _UUID = (
    16, 17, 20, 21, 23, 25, 1082, 1184, 2950,
)  # fmt: skip
_EPOCH_DAYS = days(date(2000, 1, 1))  # PostgreSQL counts from the year 2000
_EPOCH_MICROSECONDS = _EPOCH_DAYS * 86_400_000_000

_ARRAY = struct.Struct(">iiiii")  # dimensions, has nulls, element type, length, first index
_NO_ROWS = struct.Struct(">iii")
_START = struct.Struct(">iiiii")  # row length, number of fields, then grp: type, length, value
_FIRST_TO_SCHEMA = struct.Struct(">ii?ii16siiiiihiih")
_WHEN = struct.Struct(">iiqiii")
_COMMAND = struct.Struct(">ii16sii16s")
_CAUSE = struct.Struct(">iiq")
_FIELD = struct.Struct(">ii")  # type and length, before the value; length -1 for none
_RECEIPT = struct.Struct(">iiiiiiiqii16s")
_NO_CAUSE = _FIELD.pack(_INT8, -1)
_NOT_SEALED = _FIELD.pack(_BYTEA, -1)
_NO_ANSWER = _FIELD.pack(_TEXT, -1)
_HASH = _FIELD.pack(_BYTEA, 32)
_BEGIN = struct.Struct(">ii")  # length of a row and number of its fields
_WITHIN = _FIELD.pack(_BYTEA, -1) + _NO_ANSWER  # not the last event of its command


@dataclass(slots=True)
class Group:
    """One command, encoded and chained: what it counts on, its events as rows, its receipt."""

    command_id: UUID
    meta: Meta
    fingerprint: bytes = b""
    answer: bytes | None = None
    streams: list[tuple[UUID, int]] = field(default_factory=list)  # and the expected versions
    rows: list[bytes] = field(default_factory=list)
    ends: dict[UUID, bytes] = field(default_factory=dict)  # hash on which each stream would end

    @property
    def empty(self) -> bool:
        """Nothing to store: no facts, and nothing to remember the command by."""
        return not self.rows and not self.fingerprint and self.answer is None


def group_of(
    batch: Batch, tenant: int, codec: Codec, types: EventTypes, sealing: PersonalSealing
) -> Group:
    """Encode, seal and chain the facts of a batch.

    Raises ValueError for a stream that is named twice, or days that are not one for each fact,
    and NobodysData for personal fields of nobody.
    """
    answer = None if batch.answer is None else msgspec.json.encode(batch.answer)
    group = Group(batch.meta.command_id, batch.meta, batch.fingerprint, answer)
    seen: set[UUID] = set()
    words = _words(batch.meta)
    for change in batch.changes:
        stream = change.loaded.stream_id
        if stream in seen:
            raise ValueError(f"stream {stream} is changed twice in one command")
        seen.add(stream)
        if change.facts:
            group.streams.append((stream, change.loaded.version))
            of_facts = _words_of_days(batch.meta, change) if change.days else repeat(words)
            rows, group.ends[stream] = _chained(change, of_facts, tenant, codec, types, sealing)
            group.rows += rows
    return group


Words = tuple[bytes, bytes]  # who, when and why: as hashed, and as fields of a row


def _words(meta: Meta) -> Words:
    who = said(meta)
    return stamp(who), shared_fields(who)


def _words_of_days(meta: Meta, change: Change) -> list[Words]:
    """For each fact those of the day from which it holds."""
    if len(change.days) != len(change.facts):
        raise ValueError(f"{len(change.days)} days for {len(change.facts)} facts")
    of_day = {day: _words(replace(meta, effective_on=day)) for day in {*change.days}}
    return [of_day[day] for day in change.days]


def _chained(
    change: Change,
    words: Iterable[Words],
    tenant: int,
    codec: Codec,
    types: EventTypes,
    sealing: PersonalSealing,
) -> tuple[list[bytes], bytes]:
    """The rows of a stream's new events, and the hash of the last of them."""
    rows: list[bytes] = []
    stream = change.loaded.stream_id.bytes
    before = version = change.loaded.version
    previous = change.loaded.last_hash
    for index, (fact, (stamped, shared)) in enumerate(zip(change.facts, words, strict=False)):
        version += 1
        stored = codec.divided(fact)
        place = Place(tenant, stream, version, stored.name, stored.schema_version)
        sealed = None if stored.personal is None else sealing.sealed(change, index, place, stored)
        previous = link(previous, place, stamped, stored.data, sealed)
        kind, first = types.number(stored.name), version == before + 1
        rows.append(event_row(place, first, kind, shared, previous, stored.data, sealed))
    return rows, previous


def shared_fields(who: Said) -> bytes:
    """The fields, from recorded_at to reason, that all events of one command share."""
    recorded_at, effective_on, command_id, correlation_id, cause, actor, reason = who
    return b"".join(
        (
            _WHEN.pack(
                _TIME, 8, recorded_at - _EPOCH_MICROSECONDS, _DATE, 4, effective_on - _EPOCH_DAYS
            ),
            _text(actor),
            _COMMAND.pack(_UUID, 16, command_id, _UUID, 16, correlation_id),
            _NO_CAUSE if cause is None else _CAUSE.pack(_INT8, 8, cause),
            _text(reason),
        )
    )


@lru_cache(1_024)
def _text(value: bytes) -> bytes:
    return _FIELD.pack(_TEXT, len(value)) + value


def event_row(
    place: Place,
    first: bool,
    kind: int,
    shared: bytes,
    chained: bytes,
    data: bytes,
    sealed: bytes | None,
) -> bytes:
    """One event without its first field; `first` asks for the version to be the stream's next."""
    head = _FIRST_TO_SCHEMA.pack(
        _BOOL, 1, first,
        _UUID, 16, place.stream,
        _INT4, 4, place.version,
        _INT2, 2, kind,
        _INT2, 2, place.schema_version,
    )  # fmt: skip
    end = _NOT_SEALED if sealed is None else _FIELD.pack(_BYTEA, len(sealed)) + sealed
    return b"".join((head, shared, _HASH, chained, _FIELD.pack(_BYTEA, len(data)), data, end))


def written(groups: Sequence[Group], written_type: int) -> bytes:
    """The list that `es_add` takes: every command has events, and its receipt with the last."""
    parts: list[bytes] = []
    count = 0
    for group in groups:
        *rows, last = group.rows
        for row in rows:
            parts += (_BEGIN.pack(len(row) + 4 + len(_WITHIN), 17), row, _WITHIN)
        fingerprint, answer = group.fingerprint, group.answer
        end = _NO_ANSWER if answer is None else _FIELD.pack(_TEXT, len(answer)) + answer
        begin = _BEGIN.pack(len(last) + 12 + len(fingerprint) + len(end), 17)
        parts += (begin, last, _FIELD.pack(_BYTEA, len(fingerprint)), fingerprint, end)
        count += len(group.rows)
    return _listed(parts, count, written_type)


def packed(groups: Sequence[Group], event_type: int, receipt_type: int) -> tuple[bytes, bytes]:
    """The two lists that `es_append` takes; the types are the database's numbers of them."""
    events: list[bytes] = []
    receipts: list[bytes] = []
    count = 0
    for index, group in enumerate(groups, 1):
        for row in group.rows:
            events.append(_START.pack(len(row) + 16, 16, _INT4, 4, index))
            events.append(row)
        count += len(group.rows)
        receipts.append(_receipt(group, count if group.rows else 0))
    return _listed(events, count, event_type), _listed(receipts, len(groups), receipt_type)


def _receipt(group: Group, last: int) -> bytes:
    answer = group.answer
    end = _NO_ANSWER if answer is None else _FIELD.pack(_TEXT, len(answer)) + answer
    length = _RECEIPT.size - 4 + 8 + len(group.fingerprint) + len(end)
    at = microseconds(group.meta.recorded_at) - _EPOCH_MICROSECONDS
    head = _RECEIPT.pack(
        length, 5, _INT4, 4, last, _TIME, 8, at, _UUID, 16, group.command_id.bytes
    )  # fmt: skip
    return b"".join((head, _FIELD.pack(_BYTEA, len(group.fingerprint)), group.fingerprint, end))


def _listed(rows: list[bytes], count: int, element: int) -> bytes:
    if not count:
        return _NO_ROWS.pack(0, 0, element)
    return _ARRAY.pack(1, 0, element, count, 1) + b"".join(rows)
