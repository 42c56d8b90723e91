"""What an actuary may ask: the same words on the command line, over HTTP and in the export."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.actuarial.grain import Grain
from domain.actuarial.question import Basis, Form, Measure, Question, Side
from domain.money import Money
from domain.ratio import Ratio
from projections.movement_reading import Known

SEGMENTS = (
    "claim_kind",
    "visit_type",
    "diagnosis_group",
    "scheme",
    "product_id",
    "provider",
    "region",
    "level",
    "provider_id",
    "policy_id",
    "member_id",
)
"""By what claims may be told apart. `scheme` is a product's code, `provider` a number, `region` and
`level` are the provider's."""


class AskedWrongly(ValueError):
    """The question contradicts itself or names what does not exist; says which part and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before it has met the ledger.

    `known_on` counts whole days where the insurer is; `known_at` is an instant. `share` gives
    ceded and net as that share of gross; without it they are what treaties took. `known_position`
    leaves out what the log holds beyond.
    """

    measure: Measure = Measure.PAID
    basis: Side = Side.GROSS
    booked: bool = False
    origin: Grain = Grain.MONTH
    development: Grain = Grain.MONTH
    form: Form = Form.CUMULATIVE
    known_on: date | None = None
    known_at: datetime | None = None
    known_position: int | None = None
    valued_on: date | None = None
    attachment: Decimal | None = None
    limit: Decimal | None = None
    share: Ratio | None = None
    treaty: str = ""
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        for name in (*self.by, *(name for name, _ in self.where)):
            if name not in SEGMENTS:
                raise AskedWrongly("segment", f"{name!r} is none of {', '.join(SEGMENTS)}")
        if len(set(self.by)) < len(self.by):
            raise AskedWrongly("by", "names a segment twice")
        if self.share is not None and self.basis is Side.GROSS:
            raise AskedWrongly("share", "belongs to the basis ceded or net")
        if self.treaty and (self.basis is Side.GROSS or self.share is not None):
            raise AskedWrongly("treaty", "belongs to the basis ceded or net, without a share")
        if self.share is not None and not 0 <= self.share.exact <= 1:
            raise AskedWrongly("share", "is not between 0 and 1")
        for name, amount in (("xs", self.attachment), ("cap", self.limit)):
            if amount is not None and amount < 0:
                raise AskedWrongly(name, "is below zero")
        layered = self.attachment is not None or self.limit is not None
        if layered and self.measure.is_count:
            raise AskedWrongly("cap", "cuts amounts of money, not numbers of claims")
        if self.known_on is not None and self.known_at is not None:
            raise AskedWrongly("known", "is said twice, as a day and as an instant")

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments that the answer must tell apart."""
        return tuple(dict.fromkeys((*self.by, *(name for name, _ in self.where))))

    def known(self, zone: ZoneInfo) -> Known:
        """What the answer may know of the movements."""
        at = self.known_at
        if self.known_on is not None:
            following = datetime.combine(self.known_on + timedelta(days=1), time(), zone)
            at = following.astimezone(UTC) - timedelta(microseconds=1)
        return Known(at, self.known_position)

    def question(self, currency: str, today: date, zone: ZoneInfo) -> Question:
        """The question to the domain; without a day of knowledge it is that of today."""
        known_on = self.known_on or today
        if self.known_at is not None:
            known_on = self.known_at.astimezone(zone).date()
        if known_on > today:
            raise AskedWrongly("known", f"{known_on} has not come: nothing is known of it yet")
        return Question(
            known_on=known_on,
            valued_on=self.valued_on,
            basis=Basis.BOOKED if self.booked else Basis.TRANSACTION,
            origin=self.origin,
            development=self.development,
            measure=self.measure,
            form=self.form,
            attachment=_money(self.attachment, currency),
            limit=_money(self.limit, currency),
            side=self.basis,
            share=self.share,
            segment=self.where,
        )


def run_id(asked: Asked, question: Question, files: Sequence[str], rows: int) -> str:
    """A name for the run that follows from what was asked and what was known: the closed months
    by their hashes, and how many movements there were beside them."""
    told = {
        "asked": asdict(asked),
        "known_on": question.known_on,
        "valuation": question.valuation,
        "files": list(files),
        "rows": rows,
    }
    text = json.dumps(told, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(str(amount), currency)
