"""What was known beside a claim: the read model and a walk through the whole book say the same."""

from collections.abc import Iterator
from random import Random
from uuid import UUID, uuid4

import pytest

from adapters.event_store import EventStore
from adapters.postgres import Pool
from domain.claim.events import ClaimSubmitted
from domain.fraud.known import FEWEST_PRICES
from ml.claim_history import ClaimHistory
from ml.health_features import features
from projections import PROJECTIONS
from projections.claim_facts import mark
from projections.claims_known import KEPT, AlikeBefore, ClaimsDeskKnows
from projections.running import catch_up
from tests.projections.book import Book


@pytest.fixture
def knows(book: Book, database_url: str) -> Iterator[ClaimsDeskKnows]:
    book.submit_many(160)
    catch_up(database_url, PROJECTIONS)
    pool = Pool(database_url)
    yield ClaimsDeskKnows(pool, 1)
    pool.close()


def test_every_claim_is_known_with_exactly_what_came_before_it(knows: ClaimsDeskKnows) -> None:
    history, told = ClaimHistory(), 0
    for _, claim in knows.in_order():
        found = knows.beside(UUID(claim.claim_id))
        assert found is not None
        same, known = found
        walked = history.beside(claim)
        assert same == claim
        assert features(claim, known) == features(claim, walked)
        for part in ("recent", "here", "usual_prices", "families_on_phone", "phone_here"):
            assert getattr(known, part) == getattr(walked, part), part
        assert known.providers_on_account == walked.providers_on_account
        assert known.companions == walked.companions
        told += bool(known.usual_prices) + bool(known.recent)
        history.add(claim)
    assert told > 100, "the book says too little to compare anything"


def test_in_whatever_order_claims_are_asked_about_the_same_is_alike(knows: ClaimsDeskKnows) -> None:
    ids = [UUID(claim.claim_id) for _, claim in knows.in_order()]
    nearly = [
        one for part in (ids[n : n + 16] for n in range(0, len(ids), 16)) for one in part[::-1]
    ]
    anyhow = Random(7).sample(ids, len(ids))
    alone = {}
    for one in ids:
        knows._alike = AlikeBefore()
        alone[one] = knows.beside(one)
    knows._alike = AlikeBefore()
    for one in [*nearly, *anyhow]:
        found, was = knows.beside(one), alone[one]
        assert found is not None
        assert was is not None
        assert features(*found) == features(*was)
        assert found[1].like.bills == was[1].like.bills
        found[1].like.add(1, frozenset({"of the one who asked"}))
    assert max(map(len, knows._alike._kept.values())) == KEPT, "nothing was gone on with"


def test_what_is_recorded_later_changes_nothing(
    book: Book, knows: ClaimsDeskKnows, database_url: str
) -> None:
    claims = [UUID(claim.claim_id) for _, claim in knows.in_order()]
    before = [knows.beside(one) for one in claims]
    book.submit_many(60)
    catch_up(database_url, PROJECTIONS)
    for one, was in zip(claims, before, strict=True):
        now = knows.beside(one)
        assert was is not None
        assert now is not None
        assert features(*now) == features(*was)


def test_a_claim_is_seen_as_it_was_submitted(knows: ClaimsDeskKnows, store: EventStore) -> None:
    event = next(e for e in store.read_after(0, 9_000) if isinstance(e.fact, ClaimSubmitted))
    found = knows.beside(event.stream_id)
    assert found is not None
    claim, fact = found[0], event.fact
    assert claim.member == str(fact.member_id)
    assert claim.billed == fact.billed.minor
    assert [(li.code, li.quantity) for li in claim.lines] == [
        (li.code, li.quantity) for li in fact.lines
    ]


def test_nobody_knows_the_claims_of_another_insurer_or_none(
    knows: ClaimsDeskKnows, database_url: str
) -> None:
    (_, claim) = next(knows.in_order())
    pool = Pool(database_url)
    other = ClaimsDeskKnows(pool, 2)
    assert other.beside(UUID(claim.claim_id)) is None
    assert knows.beside(uuid4()) is None
    assert list(other.in_order()) == []
    pool.close()


def test_a_price_is_usual_once_enough_are_known(knows: ClaimsDeskKnows) -> None:
    seen: dict[str, int] = {}
    for _, claim in knows.in_order():
        found = knows.beside(UUID(claim.claim_id))
        assert found is not None
        for code in claim.codes:
            assert (code in found[1].usual_prices) == (seen.get(code, 0) >= FEWEST_PRICES)
        for line in claim.lines:
            seen[line.code] = seen.get(line.code, 0) + 1


def test_a_mark_tells_numbers_apart_however_they_are_written() -> None:
    assert mark("phone", "+255 712 345 678") == mark("phone", "0712345678") != ""
    assert mark("phone", "0712345678") != mark("phone", "0712345679")
    assert mark("account", "tz-12 34") == mark("account", "TZ1234") != mark("phone", "TZ1234")
    assert mark("phone", "") == mark("account", "erased") == ""
