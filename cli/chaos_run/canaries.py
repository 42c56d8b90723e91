"""People whose details occur nowhere else, and a search of all that the processes wrote for them.

What is personal stands sealed in events, in the read models that declare it, and with the bank
that pays. A hit anywhere else is a leak: in what parts log, in the queues, in other tables, in
errors and addresses, in text messages, in bordereaux.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from psycopg import sql

from cli.chaos_run.place import Place
from cli.chaos_run.traces import found, traces
from cli.demo_book import Book
from cli.demo_book.people import Family, Person
from cli.demo_year import wire
from cli.demo_year.year import Year
from domain.member.events import MemberDetails
from projections import PROJECTIONS
from projections.bordereaux import BORDEREAUX

# One of each must have been looked at, or the search was not one.
NEEDED = (
    *(f"logs/{part}.log" for part in ("api", "workers", "payments", "projector", "feed", "bank")),
    "logs/postgres.log", "valkey/", "outbox/", "table public.es_event", "table public.es_receipt",
    "table public.reaction_task", "table public.webhook_delivery", "GET 200", "GET 4", "POST 4",
)  # fmt: skip
# Read models that declare whom they know, and the book of the bank, who must know whom it pays.
MAY_KNOW = {
    "bank_transfer",
    *(t.name for p in PROJECTIONS for t in p.tables if any(c.personal for c in t.columns)),
}
# Folders of the state in which nothing is for others to read: the database's files hold what its
# tables do, which are searched as such.
NOT_SEARCHED = ("postgres", "secrets", "run")


@dataclass(frozen=True, slots=True)
class Canaries:
    """The texts of one run; its seed makes them, so that the same run looks for the same."""

    word: str
    digits: str

    @classmethod
    def of(cls, seed: int) -> "Canaries":
        random = Random(f"{seed}|canaries")  # noqa: S311
        word = "".join(random.choices("bcdfghjkmnpqrtvwxz", k=10))
        return cls(word, f"{random.randrange(10**8):08d}")

    @property
    def wanted(self) -> list[bytes]:
        """Every trace that is searched for."""
        phone, middle = f"7{self.digits[:4]}", f"{self.digits[:5]}-{self.digits[5:]}"
        texts = (self.word, f"+255 {phone}", f"+255{phone}", f"255{phone}", middle)
        return sorted({trace for text in texts for trace in traces(text)})

    def phone(self, nth: int) -> str:
        """Another telephone number each time, up to ten thousand."""
        return f"+255 7{self.digits[:4]}{nth % 10_000:04d}"

    def into(self, book: Book) -> Book:
        """The same book, of people who are known by these texts alone."""
        families: list[Family] = []
        for family in book.families:
            people = tuple(
                replace(person, details=self._details(person, len(families) * 10 + nth))
                for nth, person in enumerate(family.people)
            )
            families.append(replace(family, people=people))
        return replace(book, families=tuple(families))

    def _details(self, person: Person, nth: int) -> MemberDetails:
        details, number = person.details, f"{nth:04d}"
        adult = bool(details.national_id)
        return replace(
            details,
            first_name=f"Kanari{self.word}",
            last_name=f"Serin{self.word}{nth}",
            national_id=f"{details.born_on:%Y%m%d}-{self.digits[:5]}-{self.digits[5:]}{number[:2]}-"
            f"{number[2:]}"
            if adult
            else "",
            phone=self.phone(nth) if adult else "",
            email=f"{self.word}.{nth}@example.org" if adult else "",
            ward=f"Kata {self.word}",
        )


class Outputs:
    """All that a trial's processes wrote where a person's details have no business."""

    def __init__(self, place: Place, answers: Sequence[tuple[str, bytes]], year: Year) -> None:
        self._place = place
        self._answers = answers
        self._reader, self._operator = year.as_("auditor"), year.as_("admin")

    def leaks(self, canaries: Canaries) -> tuple[str, list[str]]:
        """How much was searched for what, and where a trace of a person was found."""
        wanted, seen, wrong = canaries.wanted, list[str](), list[str]()
        for where, data in self._all():
            seen.append(where)
            wrong += [f"{where}: {hit!r}" for hit in found(wanted, data)[:1]]
        told = f"{len(seen):,} outputs, {len(wanted)} traces, {len(wrong)} hits"
        if not self._known(wanted):
            wrong.append("not even the members' own table holds what is searched for")
        missing = [it for it in NEEDED if not any(where.startswith(it) for where in seen)]
        return told, [*wrong, *(f"no {it} was found to look at" for it in missing)]

    def _all(self) -> Iterator[tuple[str, bytes]]:
        yield from self._answers
        yield from self._files()
        yield from self._tables()
        yield from self._reports()

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """Logs, the queue server's data, text messages without whom they go to, notes."""
        for path in sorted(self._place.state.rglob("*")):
            inside = path.relative_to(self._place.state)
            if inside.parts[0] in NOT_SEARCHED or not path.is_file():
                continue
            yield str(inside), _without_address(path)

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        with self._place.database() as conn:
            for schema, table in conn.execute(_TABLES).fetchall():
                if table in MAY_KNOW:
                    continue
                name = sql.Identifier(schema, table)
                with conn.cursor().copy(
                    sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(name)
                ) as rows:
                    yield f"table {schema}.{table}", b"".join(bytes(part) for part in rows)

    def _known(self, wanted: list[bytes]) -> bool:
        members = self._place.ask("SELECT json_agg(m)::text FROM members m")
        return bool(found(wanted, str(members).encode()))

    def _reports(self) -> Iterator[tuple[str, bytes]]:
        """What reinsurers and operators are given: bordereaux of the year, failures, delays."""
        months = [str(month) for month in self._place.ask(_MONTHS) or []]
        monthly = [f"/bordereaux/{kind}/{month}" for month in months for kind in BORDEREAUX]
        for who, path in (*((self._reader, it) for it in monthly), (self._operator, "/failures")):
            answer = who.raw("GET", path)
            if answer.status_code != httpx2.codes.OK:
                raise AssertionError(f"{path} was answered {answer.status_code}")
            yield kept(answer)


def kept(answer: httpx2.Response) -> tuple[str, bytes]:
    """An answer as it went over the wire, and what it was an answer to, without the address."""
    heads = b"\n".join(b": ".join(head) for head in answer.headers.raw)
    return f"{answer.request.method} {answer.status_code}", heads + b"\n" + answer.content


def wrongly(person: Person, member: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Requests that must be refused, with what is personal wherever a value can hold it."""
    details = person.details
    body = wire.form(details) | {"relationship": wire.form(person.relationship)}
    said = (details.first_name, details.last_name, details.phone, details.email)
    return [
        ("POST", "/members", {"json": body | {"sex": details.last_name}}),
        ("POST", "/members", {"json": body | {"born_on": details.national_id}}),
        ("PUT", f"/members/{member}", {"json": body | {"language": details.email}}),
        ("POST", "/members", {"content": f'{{"first_name": "{details.first_name}"'}),
        *(("GET", "/members", {"params": {"born_on__gte": text}}) for text in said),
        *(("GET", f"/members/{text}", {}) for text in said),
    ]


def _without_address(path: Path) -> bytes:
    """A file; of a text message what it says, without the number that it goes to."""
    data = path.read_bytes()
    return data.partition(b"\n")[2] if path.suffix == ".sms" else data


_TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2"""
_MONTHS = """SELECT array_agg(DISTINCT to_char(effective_on, 'YYYY-MM')) FROM movements"""
