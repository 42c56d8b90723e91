"""Who works while things go wrong: claims come in, details are corrected, answers are kept.

Every write has a key and is sent until it is answered; some answers are dropped on purpose and
asked for again. Some ask wrongly, with people's details where they do not belong. What was
answered is remembered, to be held against the ledger afterwards.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid5

import httpx2

from cli.chaos_run.canaries import Canaries, kept, wrongly
from cli.demo_book.people import Person
from cli.demo_book.visits import Visit
from cli.demo_year import wire
from cli.demo_year.claiming import MUST_REFUSE
from cli.demo_year.portal import Patience, PortalRefused, PortalUnreachable, Written
from cli.demo_year.year import Year

# A request is given up late and sent again soon: what a person at a portal would bear.
UNDER_FIRE = Patience(answer=4.0, first_pause=0.05, longest_pause=0.25, tries=400)
SETTLED = timedelta(seconds=20)  # what was recorded so long ago is known by now


@dataclass
class Remembered:
    """What the ledger answered, and what was wrong with it at once."""

    written: list[Written] = field(default_factory=list)
    known_then: list[tuple[str, str, Any]] = field(default_factory=list)
    refusals: list[tuple[str, bytes]] = field(default_factory=list)
    repeated: int = 0
    read_back: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, written: Written) -> None:
        with self.lock:
            self.written.append(written)

    def complain(self, what: str) -> None:
        with self.lock:
            self.wrong.append(what)

    @property
    def acknowledged(self) -> int:
        with self.lock:
            return sum(1 for one in self.written if one.key and one.status < 400)

    def slowest(self, began: float, count: int = 10) -> list[tuple[float, float, int]]:
        """The writes that took longest: when, counted from `began`, how long, how many tries."""
        with self.lock:
            found = sorted(self.written, key=lambda one: -one.seconds)[:count]
        return [(round(w.began - began, 2), round(w.seconds, 2), w.tries) for w in found]

    @property
    def longest(self) -> float:
        """Seconds from the first try of a write to its answer, at most."""
        with self.lock:
            return max((one.seconds for one in self.written), default=0.0)


class Load:
    """Several people at once, at a pace that two cores can hold while everything works."""

    def __init__(
        self,
        year: Year,
        remembered: Remembered,
        canaries: Canaries,
        seed: int,
        seconds: float,
        commands: int,
    ) -> None:
        self._year = year
        self._canaries = canaries
        self._kept = remembered
        self._seed = seed
        self._stop = threading.Event()
        self.began = 0.0
        self._claims = year.book.visits
        self._people = [person for family in year.book.families for person in family.people]
        corrections = max(0, commands - len(self._claims))
        half = (len(self._claims) + 1) // 2
        self._threads = [
            self._thread(self._submit, self._claims[:half], seconds),
            self._thread(self._submit, self._claims[half:], seconds),
            *(self._thread(self._correct, self._turn(corrections, n), seconds) for n in range(4)),
            self._thread(self._ask_about_the_past, range(int(seconds * 2)), seconds),
            self._thread(self._ask_wrongly, range(int(seconds * 2)), seconds),
        ]

    def start(self) -> None:
        self.began = time.monotonic()
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        """Let everybody finish what they have; those who do not are told of."""
        give_up = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, give_up - time.monotonic()))
        self._stop.set()
        for thread in self._threads:
            thread.join(UNDER_FIRE.answer + 1)
            if thread.is_alive():
                self._kept.complain(f"{thread.name} did not come to its end")

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _thread(
        self, work: Callable[[Any, Random], None], things: Sequence[Any], seconds: float
    ) -> threading.Thread:
        random = Random(f"{self._seed}|{work.__name__}|{len(things)}")  # noqa: S311
        pause = seconds / max(1, len(things))

        def run() -> None:
            began = time.monotonic()
            for nth, thing in enumerate(things):
                if self._stop.wait(max(0.0, began + nth * pause - time.monotonic())):
                    return
                try:
                    work(thing, random)
                except (PortalUnreachable, PortalRefused) as failed:
                    self._kept.complain(str(failed))

        return threading.Thread(target=run, name=work.__name__.strip("_"), daemon=True)

    def _turn(self, corrections: int, n: int) -> list[tuple[Person, int]]:
        """A quarter of the people each, again and again."""
        mine = self._people[n::4]
        return [(mine[i % len(mine)], i) for i in range(corrections // 4)]

    def _submit(self, visit: Visit, random: Random) -> None:
        """One claim; afterwards its own reader must see it."""
        known = self._year.known
        body = wire.claim(
            visit, known.members[visit.person], known.policies[visit.family],
            known.providers[visit.facility],
        )  # fmt: skip
        wanted = MUST_REFUSE.get(visit.planted)
        try:
            made = self._write("POST", "/claims", body, visit.key, random)
        except PortalRefused as refused:
            if refused.rule != wanted:
                self._kept.complain(f"{visit.key} was refused: {refused}")
            return
        if wanted is not None:
            self._kept.complain(f"{visit.key} was taken in, although {wanted}")
        known.claims[visit.key] = made["id"]
        if random.random() < 0.2:
            seen = self._year.as_("desk").get(f"/claims/{made['id']}")
            self._kept.read_back += 1
            if seen["number"] != made["number"]:
                self._kept.complain(f"claim {made['number']} was shown as {seen['number']}")

    def _correct(self, what: tuple[Person, int], random: Random) -> None:
        """Another telephone number for a person."""
        person, nth = what
        body = wire.form(person.details) | {"phone": self._canaries.phone(nth)}
        member = self._year.known.members[person.key]
        self._write("PUT", f"/members/{member}", body, f"phone-{person.key}-{nth}", random)

    def _write(self, method: str, path: str, body: Any, key: str, random: Random) -> Any:
        """Send a write; one in thirty twice, since its first answer was dropped on the way."""
        desk = self._year.as_("desk")
        first = desk.write(method, path, body, key)
        if random.random() < 1 / 30:
            again = desk.write(method, path, body, key)
            self._kept.repeated += 1
            if again != first:
                self._kept.complain(f"{key} was answered {first} and then {again}")
        return first

    def _ask_about_the_past(self, _nth: int, random: Random) -> None:
        """How a claim stood some time ago: the answer is kept, to be asked for again."""
        known = list(self._year.known.claims.values())
        if not known:
            return
        claim, then = random.choice(known), datetime.now(UTC) - SETTLED
        path, at = f"/claims/{claim}", then.isoformat()
        self._kept.known_then.append((path, at, self.as_known(path, at)))

    def _ask_wrongly(self, nth: int, random: Random) -> None:
        """What is refused must not be taken in, and its answer is kept."""
        person = random.choice([one for one in self._people if one.details.national_id])
        ways = wrongly(person, self._year.known.members[person.key])
        method, path, more = ways[nth % len(ways)]
        answer = self._year.as_("desk").raw(method, path, **more)
        if answer.status_code < httpx2.codes.BAD_REQUEST:
            self._kept.complain(f"{method} {path} was answered {answer.status_code}")
        self._kept.refusals.append(kept(answer))

    def as_known(self, path: str, at: str) -> Any:
        """An answer about the past; that there was nothing yet is an answer, too."""
        try:
            return self._year.as_("auditor").get(path, known_at=at)
        except PortalRefused as refused:
            return refused.code


def command_of(written: Written, user_id: str) -> str:
    """The id under which the API carried a write out."""
    from api.writing import KEYS

    return str(uuid5(KEYS, f"{user_id}|{written.key}"))
