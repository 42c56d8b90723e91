"""How fast claims are looked at for fraud: one as it comes in, and a whole book again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from uuid import UUID, uuid5

from adapters.envelope import Batch, Change, Loaded, Meta, Receipt
from adapters.model_artefacts import ModelTable
from adapters.settings import get_settings
from cli.benches.measuring import Work
from commands.context import Desk
from domain.claim.events import BilledLine, ClaimSubmitted, Payee
from domain.fraud.known import SeenClaim
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.events import ModelPromoted, ModelRegistered
from domain.ids import fraud_model_id
from domain.member.events import MemberDetails, MemberEnrolled, Sex
from domain.money import Money
from domain.provider.events import Level, ProviderRegistered
from ml import generated_claims
from ml.health_features import FEATURES, LINE
from ml.judging import ModelJudge
from ml.rescoring import rejudged
from projections.claims_known import ClaimsDeskKnows

CURRENCY = "TZS"
WORLD = UUID("3c5b7a52-90d6-5f6f-8a1e-6f0b2c9d4e71")
TOGETHER = 1_000
TRAINED_ON = 4_000
THRESHOLD = Decimal("0.4")
BORN = date(1990, 5, 17)
ONE = "score of one claim (read model, features, rules, model)"
AGAIN = "claims scored again, a whole book"


@dataclass(frozen=True, slots=True)
class FraudBook:
    """A desk with made-up claims in its log, and a model in charge."""

    desk: Desk

    def prepare(self, claims: int) -> int:
        """Write about so many claims with their members and providers; how many there are."""
        made = generated_claims.generated(claims, 11).claims
        members = {one.member: one for one in made}
        providers = {one.provider: one for one in made}
        self._write(
            [(_id(one.member), _enrolled(n, one)) for n, one in enumerate(members.values(), 1)]
        )
        self._write(
            [
                (_id(one.provider), _registered(n, one))
                for n, one in enumerate(providers.values(), 1)
            ]
        )
        self._write([(_id(one.claim_id), _submitted(n, one)) for n, one in enumerate(made, 1)])
        return len(made)

    def put_in_charge(self) -> None:
        """Train a model of the usual size on made-up claims of others, and let it judge."""
        from cli.fraud_models.keeping import signer
        from ml.artefact import seal
        from ml.training import train

        data = generated_claims.dataset(generated_claims.generated(TRAINED_ON, 12))
        stored = seal(LINE, data, train(data, generated_claims.PLAN), signer())
        store = self.desk.store
        ModelTable(store.pool, store.tenant).keep(stored)
        registered = ModelRegistered(
            LINE, 1, stored.digest, "xgboost", FEATURES.names, (), len(data), data.from_on,
            data.until_on, generated_claims.PLAN.seed, THRESHOLD, "bench",
        )  # fmt: skip
        line = store.load(FRAUD_MODEL, fraud_model_id(LINE))
        store.append(line, (registered, ModelPromoted(1, None, "bench", "bench too")), self._meta())

    def _write(self, facts: Sequence[tuple[UUID, object]]) -> None:
        batches = [
            Batch((Change(Loaded(stream, 0, None), (fact,)),), self._meta())
            for stream, fact in facts
        ]
        for begin in range(0, len(batches), TOGETHER):
            for answer in self.desk.store.append_many(batches[begin : begin + TOGETHER]):
                assert isinstance(answer, Receipt), answer

    def _meta(self) -> Meta:
        new = self.desk.ids.new
        return Meta(self.desk.clock.now(), self.desk.clock.today(), "bench", new(), new())


def scored_once(desk: Desk, seconds: float) -> Work:
    """Claims scored one by one as the workers do it, without recording the score."""
    knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)
    judge = ModelJudge(desk.store, get_settings())

    def milliseconds() -> float:
        ids = [UUID(one.claim_id) for _, one in knows.in_order()]
        asked = cycle(ids[-5_000:])
        for claim_id in islice(asked, 50):  # the model is opened, the statements are prepared
            _score(knows, judge, claim_id)
        done, started = 0, time.perf_counter()
        while time.perf_counter() < started + seconds:
            _score(knows, judge, next(asked))
            done += 1
        return (time.perf_counter() - started) / done * 1_000

    return Work(ONE, "ms", milliseconds)


def _score(knows: ClaimsDeskKnows, judge: ModelJudge, claim_id: UUID) -> None:
    found = knows.beside(claim_id)
    assert found is not None
    assert not judge.judge(claim_id, *found).note


def scored_again(desk: Desk) -> Work:
    """Every claim of the log again, by the model in charge, each with what was known then."""
    knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)

    def rate() -> float:
        judge = ModelJudge(desk.store, get_settings())
        started = time.perf_counter()
        count = sum(1 for _ in rejudged(knows.in_order(), (), judge.judge_many))
        return count / (time.perf_counter() - started)

    return Work(AGAIN, "claims/s", rate)


def _id(name: str) -> UUID:
    return uuid5(WORLD, name)


def _enrolled(number: int, claim: SeenClaim) -> MemberEnrolled:
    details = MemberDetails("Asha", "Mushi", BORN, Sex.FEMALE, phone=claim.phone, region=claim.home)
    return MemberEnrolled(f"MB-2025-{number:05d}", details, principal_id=_id(claim.family))


def _registered(number: int, claim: SeenClaim) -> ProviderRegistered:
    return ProviderRegistered(
        f"PRV-2025-{number:05d}", claim.provider, Level.HOSPITAL, claim.place, claim.account
    )


def _submitted(number: int, claim: SeenClaim) -> ClaimSubmitted:
    lines = tuple(
        BilledLine(n, line.code, line.code, "outpatient", line.quantity,
                   Money(line.billed, CURRENCY))
        for n, line in enumerate(claim.lines, 1)
    )  # fmt: skip
    return ClaimSubmitted(
        number=f"CLM-2025-{number:05d}",
        member_id=_id(claim.member),
        policy_id=_id(claim.family),
        provider_id=_id(claim.provider),
        kind="outpatient",
        invoice_no="",
        service_from=claim.service_on,
        service_until=claim.service_on,
        diagnoses=(claim.diagnosis,),
        lines=lines,
        billed=Money(claim.billed, CURRENCY),
        payee=Payee.PROVIDER,
        submitted_by="bench",
        submitted_on=claim.submitted_on,
    )
