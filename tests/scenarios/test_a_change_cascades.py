"""A retroactive change of cover, terms or prices goes through the claims that came after it."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from commands.cascading import CascadeOfPolicy, cascade_policy
from commands.payments import PaymentOfClaim, schedule_payment
from commands.policies import PolicyChange, change_policy
from commands.products import VersionOfProduct, publish_version
from domain.accumulator import ACCUMULATOR
from domain.adjudication.history import InOrder
from domain.adjudication.product import Benefit, Copay, CopayPer, Limit, Scope, Terms
from domain.claim.state import Stage
from domain.ids import accumulator_id
from domain.policy.decide import TerminatePolicy
from projections import PROJECTIONS
from projections.book_of_claims import BookOfClaims
from projections.running import catch_up
from tests.scenarios.test_a_claim_is_replaced import stages
from tests.scenarios.test_a_claim_is_reversed import decided, paid, refusal, sums_tie, used
from tests.support.commands import bima
from tests.support.insurer import TERMS, YEAR, Insurer, tzs

CHANGE = UUID("01890000-0000-7000-8000-0000000000ca")
DEARER = replace(
    TERMS,
    benefits=(
        Benefit(category="outpatient", copay=Copay(tzs(4_000), CopayPer.CLAIM)),
        Benefit(category="surgery"),
    ),
)


def published(insurer: Insurer, terms: Terms) -> None:
    """Other terms, in force from the first day of the year: the past changes."""
    version = VersionOfProduct("MSINGI", "Afya Msingi", YEAR.from_on, terms)
    publish_version(insurer.desk, insurer.by("admin"), version)


def run(
    insurer: Insurer,
    policy: UUID,
    *,
    dry: bool = False,
    change: UUID = CHANGE,
    order: InOrder = InOrder.PROCESSING,
) -> dict[str, object]:
    catch_up(str(insurer.settings.database_url), PROJECTIONS)
    store = insurer.desk.store
    book = BookOfClaims(store.pool, store.tenant, patience=1)
    context = replace(insurer.by("rehema", reason="terms were put right"), dry_run=dry)
    request = CascadeOfPolicy(policy, change, order)
    return cascade_policy(insurer.desk, context, request, book).answer


def paid_claims(insurer: Insurer, covered: tuple[UUID, UUID], clinic: UUID, n: int) -> list[UUID]:
    claims = [decided(insurer, covered, clinic) for _ in range(n)]
    for claim_id in claims:
        paid(insurer, claim_id)
    return claims


def test_without_a_change_it_is_empty_and_records_nothing(insurer: Insurer) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claims = paid_claims(insurer, covered, clinic, 3)
    stories = [insurer.story(claim_id) for claim_id in claims]
    before = insurer.desk.store.safe_position()
    for order in InOrder:
        answer = run(insurer, covered[1], change=uuid4(), order=order)
        assert (answer["claims"], answer["changed"], answer["difference"]) == (3, [], "0.00")
    assert insurer.desk.store.safe_position() == before
    assert [insurer.story(claim_id) for claim_id in claims] == stories


def test_other_terms_lower_every_visit_and_the_difference_is_posted_once(
    insurer: Insurer,
) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claims = paid_claims(insurer, covered, clinic, 2)
    published(insurer, DEARER)
    dry = run(insurer, covered[1], dry=True)
    assert [c["difference"] for c in dry["changed"]] == ["-2500.00"] * 2  # type: ignore[attr-defined]  # JSON
    assert [insurer.claim(c).payable for c in claims] == [tzs(23_500)] * 2

    posted = run(insurer, covered[1])
    assert (posted["changed"], posted["difference"]) == (dry["changed"], "-5000.00")
    assert [insurer.claim(c).payable for c in claims] == [tzs(21_000)] * 2
    position = insurer.desk.store.safe_position()
    assert run(insurer, covered[1]) == posted
    assert insurer.desk.store.safe_position() == position
    assert run(insurer, covered[1], change=uuid4())["changed"] == []
    assert insurer.story(claims[0]).count("claim.readjudicated") == 1
    sums_tie(insurer)


def test_a_freed_limit_pays_what_later_claims_had_been_cut(insurer: Insurer) -> None:
    limited = replace(
        TERMS, limits=(Limit("annual limit", tzs(40_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),)
    )
    published(insurer, limited)
    covered, clinic = insurer.member(), insurer.clinic()
    claims = paid_claims(insurer, covered, clinic, 2)
    assert insurer.claim(claims[1]).payable == tzs(16_500)
    published(insurer, TERMS)
    run(insurer, covered[1])
    second = insurer.claim(claims[1])
    assert (second.stage, second.payable, second.paid) == (
        Stage.APPROVED, tzs(23_500), tzs(16_500),
    )  # fmt: skip
    for _ in range(2):
        schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claims[1]))
    assert stages(insurer, claims[1]) == [
        ("confirmed", tzs(16_500)), ("scheduled", tzs(7_000)),
    ]  # fmt: skip
    sums_tie(insurer)


def test_cover_that_ended_earlier_leaves_everything_paid_since_to_recover(
    insurer: Insurer,
) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    empty = used(insurer, covered[1])
    (claim_id,) = paid_claims(insurer, covered, clinic, 1)
    end = PolicyChange(covered[1], TerminatePolicy(insurer.clock.today(), "left"))
    change_policy(insurer.desk, insurer.by("amina"), end)
    answer = run(insurer, covered[1])
    assert answer["difference"] == "-23500.00"
    claim = insurer.claim(claim_id)
    assert (claim.stage, claim.payable, claim.paid) == (Stage.DENIED, tzs(0), tzs(23_500))
    assert used(insurer, covered[1]) == empty
    sums_tie(insurer)


def test_the_stored_accumulator_is_what_the_claims_take_when_decided_from_nothing(
    insurer: Insurer,
) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claims = paid_claims(insurer, covered, clinic, 3)
    published(insurer, DEARER)
    run(insurer, covered[1])
    stream = accumulator_id(covered[1], YEAR.from_on)
    stored = insurer.desk.store.load(ACCUMULATOR, stream).state
    folded = ACCUMULATOR.fold(e.fact for e in insurer.desk.store.stream(stream))
    assert folded.balances == stored.balances
    taken: dict[str, int] = {}
    for claim_id in claims:
        determination = insurer.claim(claim_id).determination
        assert determination is not None
        for entry in determination.entries:
            taken[entry.key] = taken.get(entry.key, 0) + entry.amount_minor + entry.count
    assert dict(stored.balances.totals) == {k: v for k, v in taken.items() if v}


def test_it_needs_a_manager_and_a_reason(insurer: Insurer) -> None:
    covered = insurer.member()
    book = BookOfClaims(insurer.desk.store.pool, insurer.desk.store.tenant)
    request = CascadeOfPolicy(covered[1], CHANGE)

    def asked(actor: str, reason: str) -> str:
        context = insurer.by(actor, reason=reason)
        return refusal(lambda: cascade_policy(insurer.desk, context, request, book))

    assert asked("neema", "why not") == "cascade.needs_manager"
    assert asked("rehema", " ") == "cascade.without_reason"


def test_the_command_goes_over_the_book(insurer: Insurer, tmp_path: Path) -> None:
    clinic = insurer.clinic()
    one, other = insurer.member(), insurer.member()
    for covered in (one, other):
        paid_claims(insurer, covered, clinic, 1)
    published(insurer, DEARER)
    catch_up(str(insurer.settings.database_url), PROJECTIONS)

    def cascade(*words: str) -> list[dict[str, object]]:
        database_url = str(insurer.settings.database_url)
        done = bima(database_url, tmp_path, "cascade", "--json", *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    *claims, totals = cascade("--dry-run", "--product", "MSINGI")
    assert len(claims) == 2
    assert (totals["changed"], totals["difference"], totals["posted"]) == (2, "-5000.00", False)
    posted = cascade("--reason", "copay corrected", "--change-id", str(CHANGE))
    assert posted[-1]["changed"] == 2
    catch_up(str(insurer.settings.database_url), PROJECTIONS)
    assert cascade("--dry-run")[-1]["changed"] == 0
    sums_tie(insurer)
