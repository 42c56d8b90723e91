"""Defects that are planted to see that the trial would find them: DEFECTS, one row each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """`faults` are those that bring it to light; `statements` change the trial's database."""

    meaning: str
    faults: tuple[str, ...]
    statements: tuple[str, ...] = ()


DEFECTS: Mapping[str, Defect] = {
    "no-sweeper": Defect("lost messages are never sent again", ("messages-lost", "queues-wiped")),
    "bank-pays-each-time": Defect("an instruction asked twice is paid twice", ("answers-lost",)),
    "no-receipts": Defect("a repeated command is carried out again", ("kill-api", "sessions-cut")),
    "answers-before-commit": Defect("yes is said before it is stored", ("kill-api",)),
    "feed-moves-first": Defect("the feed's position runs ahead of its tasks", ("kill-feed",)),
    "projector-moves-first": Defect("positions run ahead of the rows", ("kill-projector",)),
    "gives-up-at-once": Defect("a passing trouble ends a task", ("answers-lost", "sessions-cut")),
    "chain-without-predecessor": Defect("hashes stand alone", ("messages-doubled",)),
    "logs-what-it-writes": Defect(
        "a log names the people whom a command is about", ("messages-doubled",)
    ),
    "commits-lazily": Defect(
        "a commit is answered before it is on disk",
        ("kill-postgresql",),
        (
            "ALTER DATABASE bima SET synchronous_commit = off",
            "ALTER SYSTEM SET wal_writer_delay = '10s'",
            "SELECT pg_reload_conf()",
        ),
    ),
    "no-watermark": Defect(
        "readers go past writes that are not committed",
        ("write-left-open",),
        (
            """CREATE OR REPLACE FUNCTION es_safe_position(OUT safe bigint, OUT last bigint)
               LANGUAGE sql AS $$ SELECT p.last_value, p.last_value FROM es_position p $$""",
        ),
    ),
}
