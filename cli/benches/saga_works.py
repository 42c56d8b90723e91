"""Claims through the whole of a running Bima, over HTTP: how soon each is decided at an easy pace,
and how many a second come to their end when everybody sends as fast as they can.

Every part is a process of its own, a trained model scores beside the rules, and what is approved
is paid; nobody is told of it. Times are those of the log: from the submission's event to that of
the decision.
"""

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from adapters.clock import SystemClock
from adapters.settings import get_settings
from cli.benches.fraud_works import FraudBook
from cli.benches.measuring import Result
from cli.chaos_run.load import UNDER_FIRE
from cli.chaos_run.place import Place
from cli.chaos_run.trial import Trial, surroundings
from cli.demo_book import make_book
from cli.demo_book.visits import Visit
from cli.demo_year import enrolling, lanes
from cli.demo_year.claiming import submit
from cli.demo_year.portal import Portal
from cli.demo_year.screen import Screen
from cli.demo_year.staff import hire
from cli.demo_year.year import Year
from commands.desk import open_desk
from deploy.stack import start_stack, stop_stack

SEED = 5
MEMBERS = 190
EASY_PACE = 8.0  # claims a second
FIRST, EASY = 20, 120  # claims: before anything is measured, and at the easy pace
GIVE_UP = 120.0

MEDIAN = "claim from submission to decision, 8 a second: median"
P95 = "claim from submission to decision, 8 a second: p95"
RATE = "claims from submission to their end, as fast as they come"


def measured() -> list[Result]:
    """The figures, from a stack of its own that is gone afterwards."""
    state = Path(tempfile.mkdtemp(prefix="bima-bench-"))
    with ExitStack() as ends:
        ends.callback(shutil.rmtree, state, ignore_errors=True)
        ends.enter_context(surroundings(Trial(SEED, 0, 0, 0, MEMBERS), state, tell=False))
        ends.callback(stop_stack, state)
        stack = start_stack(state, tied=True, program=("cli.chaos_run.stack",))
        place = Place(state, get_settings(), stack)
        settings = get_settings()
        book = make_book(MEMBERS, SEED, SystemClock(settings.timezone).today())
        portal = Portal(stack.api_url, uuid4(), 16, UNDER_FIRE, lambda _written: None)
        ends.callback(portal.close)
        hired = hire(settings, stack.database_url)
        year = Year(book, portal, hired, Screen(), datetime.now(UTC))
        enrolling.first_of_all(year)
        enrolling.all_the_rest(year)
        desk = open_desk(settings)
        ends.callback(desk.store.close)
        FraudBook(desk).put_in_charge()
        _wait(place)
        visits = book.visits
        _easily(year, place, visits[:FIRST])  # the model has just been put in charge
        easy = _easily(year, place, visits[FIRST : FIRST + EASY])
        return [*easy, _quickly(year, place, visits[FIRST + EASY :])]


def _easily(year: Year, place: Place, visits: Sequence[Visit]) -> list[Result]:
    began = time.monotonic()
    since = place.ask("SELECT max(position) FROM es_event")
    for nth, visit in enumerate(visits):
        time.sleep(max(0.0, began + nth / EASY_PACE - time.monotonic()))
        submit(year, visit)
    _wait(place)
    shares = [0.5, 0.95]
    middle, high = place.ask(_DECIDED_AFTER, {"shares": shares, "since": since})
    return [Result(MEDIAN, middle, "s", {}), Result(P95, high, "s", {})]


def _quickly(year: Year, place: Place, visits: Sequence[Visit]) -> Result:
    since = place.ask("SELECT max(position) FROM es_event")
    began = datetime.now(UTC)
    lanes.run(
        lanes.by_key(visits, lambda visit: visit.family, 16), lambda visit: submit(year, visit)
    )
    _wait(place)
    a_second = place.ask(_A_SECOND, {"since": since, "began": began})
    return Result(RATE, a_second, "claims/s", {})


def _wait(place: Place) -> None:
    """Until nothing is left to do for claims and payments."""
    give_up = time.monotonic() + GIVE_UP
    while place.ask(_OPEN, {"feed": f"feed-{place.tenant}"}):
        if time.monotonic() > give_up:
            raise TimeoutError("the claims did not come to their end in time")
        time.sleep(0.5)


# Until the last of them came to its end.
_A_SECOND = """
SELECT count(*) FILTER (WHERE t.name = 'claim.submitted')
       / EXTRACT(EPOCH FROM max(e.recorded_at) - %(began)s)::float8
FROM es_event e JOIN es_type t ON t.id = e.type
WHERE e.position > %(since)s AND split_part(t.name, '.', 1) IN ('claim', 'payment')
"""

# The reports on what was ceded come later, and nobody waits for them.
_OPEN = """
SELECT EXISTS (SELECT FROM reaction_task WHERE state = 'due' AND queue IN ('claims', 'payments'))
    OR EXISTS (SELECT FROM es_event e JOIN es_type t ON t.id = e.type
               WHERE t.name IN ('claim.submitted', 'claim.scored', 'claim.approved',
                                'payment.scheduled', 'payment.instructed', 'payment.confirmed')
                 AND e.position > (SELECT position FROM es_checkpoint WHERE name = %(feed)s))
"""

_DECIDED_AFTER = """
SELECT percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY seconds)
FROM (SELECT EXTRACT(EPOCH FROM min(d.recorded_at) - min(s.recorded_at))::float8 AS seconds
      FROM es_event s JOIN es_type st ON st.id = s.type AND st.name = 'claim.submitted'
      JOIN es_event d ON d.tenant = s.tenant AND d.stream_id = s.stream_id
      JOIN es_type dt ON dt.id = d.type AND dt.name = 'claim.adjudicated'
      WHERE s.position > %(since)s GROUP BY s.stream_id) decided
"""
