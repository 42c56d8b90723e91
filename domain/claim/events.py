"""What can happen to a claim, from submission to the last shilling paid."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.adjudication.routing import Route
from domain.claim.desk_events import (
    ClaimAssigned,
    ClaimInformationOverdue,
    ClaimInformationReceived,
    ClaimInformationRequested,
    ClaimRecovered,
    ClaimReviewed,
    ClaimReviewRequested,
)
from domain.diagnoses import Diagnoses
from domain.fraud.beside import Beside
from domain.money import Money
from domain.personal import HealthText, PersonId


class Payee(StrEnum):
    PROVIDER = "provider"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One line as the provider or member asked for it; `billed` is for the whole quantity.

    `site` is where on the body, such as a tooth, for benefits that count uses site by site.
    """

    line: int
    code: str
    description: str
    category: str
    quantity: Decimal
    billed: Money
    site: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSubmitted:
    """`service_until` is the last day of service; `diagnoses` are codes, the main one first.

    `preauthorisation_id` names the approval that was asked for before the service, if any: what
    it reserved is this claim's to use.
    """

    number: str
    member_id: PersonId
    policy_id: UUID
    provider_id: UUID
    kind: str
    invoice_no: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    lines: tuple[BilledLine, ...]
    billed: Money
    payee: Payee
    submitted_by: str
    submitted_on: date
    visit_type: str = "ordinary"
    preauthorisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimTakenOver:
    """A claim whose life began in another system: it is shown and accounted, not adjudicated."""

    number: str
    member_id: PersonId
    policy_id: UUID | None
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    lines: tuple[BilledLine, ...]
    billed: Money
    origin: str
    origin_id: str
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimScored:
    """Fraud score from 0 to 1 with its reasons; `suspends` tells that the claim now waits, and
    `to_review` that a medical reviewer looks at it first.

    `evidence_position` is the log position up to which other claims were looked at. `words` say
    the reasons for people; `features_hash` is of what a model looked at, and `note` tells why the
    rules judged alone. `beside` are the scores of models in shadow, which decide nothing.
    """

    score: Decimal
    model: str
    reasons: tuple[str, ...]
    evidence_position: int
    suspends: bool
    to_review: bool = False
    words: tuple[str, ...] = ()
    features_hash: str = ""
    note: str = ""
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimSuspended:
    """Nothing is decided until an investigator clears or denies the claim.

    `suspended_by` is empty where its fraud score did it.
    """

    reasons: tuple[str, ...]
    suspended_by: str = ""


@dataclass(frozen=True, slots=True)
class ClaimCleared:
    """The suspicion is gone; the claim goes on at the stage `goes_on_at`."""

    note: HealthText
    goes_on_at: str = "scored"


@dataclass(frozen=True, slots=True)
class ClaimAdjudicated:
    """The determination, and what it was decided from, so that it can be decided again."""

    determination: Determination
    payable: Money
    route: Route
    product_id: UUID
    product_version: int
    tariff_no: int | None
    accumulator_version: int
    lifetime_version: int


@dataclass(frozen=True, slots=True)
class ClaimPrepared:
    """A processor has reviewed the determination and puts it forward for approval."""

    prepared_by: str
    note: HealthText = ""


@dataclass(frozen=True, slots=True)
class ClaimApproved:
    payable: Money
    band: Route
    approved_by: str


@dataclass(frozen=True, slots=True)
class ClaimDenied:
    """Nothing is paid; every reason is kept. `to_recover` is what had been paid by then, if any."""

    reasons: tuple[str, ...]
    note: HealthText = ""
    to_recover: Money | None = None


@dataclass(frozen=True, slots=True)
class ClaimPaid:
    """With `advice_follows` the payee is told, and the claim is closed only then."""

    payment_id: UUID
    amount: Money
    paid_on: date
    advice_follows: bool = False


@dataclass(frozen=True, slots=True)
class ClaimPaymentPosted:
    """Money that reached the provider for a line: from a payer or from the patient."""

    line: int
    source: str
    method: str
    amount: Money
    posted_on: date
    origin_id: str


@dataclass(frozen=True, slots=True)
class ClaimBalanceTransferred:
    """An open balance passed from one party to the next, for example payer to patient."""

    line: int
    amount: Money
    to_party: str
    posted_on: date
    origin_id: str


@dataclass(frozen=True, slots=True)
class ClaimClosed:
    closed_on: date


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimReversed:
    """A decided claim was taken back, with what was allowed and approved for it.

    `to_recover` is what had been paid by then.
    """

    reason: HealthText
    allowed: Money
    approved: Money
    to_recover: Money
    reversed_by: str
    reversed_on: date


@dataclass(frozen=True, slots=True)
class ClaimCorrected:
    """What was asked for is put right, as a whole; every earlier version stays in the history.

    Before a decision it is all that happens; after one it is followed by `ClaimReadjudicated`.
    """

    kind: str
    visit_type: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    lines: tuple[BilledLine, ...]
    billed: Money
    billed_was: Money
    corrected_by: str


class Again(StrEnum):
    """Why a claim is decided again."""

    REPLACED = "replaced"
    REVIEWED = "reviewed"
    CASCADE = "cascade"


@dataclass(frozen=True, slots=True)
class ClaimReadjudicated:
    """A decided claim was decided again; what it took before was given back with it.

    `payable_was`, `allowed_was` and `approved_was` are set aside herewith. `to_pay` is what is
    still to be paid (after approval, where one is needed), `to_recover` what the payee has had
    too much. `change_id` names the cascade, if it was one.
    """

    determination: Determination
    payable: Money
    payable_was: Money
    allowed_was: Money
    approved_was: Money
    to_pay: Money
    to_recover: Money
    route: Route
    product_id: UUID
    product_version: int
    tariff_no: int | None
    accumulator_version: int
    lifetime_version: int
    why: Again
    decided_by: str
    change_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimReopened:
    """A denial was set aside, on a dispute or an appeal: the claim is decided once more.

    `allowed_was` is what the denied determination had allowed.
    """

    reason: HealthText
    reopened_by: str
    allowed_was: Money


ClaimEvent = (
    ClaimSubmitted
    | ClaimTakenOver
    | ClaimScored
    | ClaimSuspended
    | ClaimCleared
    | ClaimAdjudicated
    | ClaimPrepared
    | ClaimApproved
    | ClaimDenied
    | ClaimPaid
    | ClaimPaymentPosted
    | ClaimBalanceTransferred
    | ClaimClosed
    | ClaimWithdrawn
    | ClaimReversed
    | ClaimAssigned
    | ClaimInformationRequested
    | ClaimInformationReceived
    | ClaimInformationOverdue
    | ClaimReviewRequested
    | ClaimReviewed
    | ClaimCorrected
    | ClaimReadjudicated
    | ClaimReopened
    | ClaimRecovered
)
