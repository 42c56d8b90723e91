"""What we do next when something has happened: REACTIONS is the whole claim saga, in one table.

submitted → scored → adjudicated → approved → payment scheduled → instructed → confirmed → paid →
payee advised → closed; where the insurer names nobody who delivers, it is closed as it is paid.
A suspended claim waits for an investigator, one above its band for a person's approval; both go
on from what that person does.

A reaction is pure: an event in, requests out. It is named for what it asks for; the name is part
of the command's id and of stored tasks, so it is never changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from adapters.envelope import Recorded
from domain.adjudication.routing import Route
from domain.claim.desk_events import ClaimInformationReceived, ClaimRecovered, ClaimReviewed
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCleared,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimScored,
    ClaimSubmitted,
    ClaimWithdrawn,
)
from domain.fraud_case.events import FraudCheckRequested
from domain.fraud_model.events import ModelCheckDue
from domain.member.erasing_events import MemberErased
from domain.notice.events import NoticeRequested
from domain.payment.events import (
    PaymentApproved,
    PaymentConfirmed,
    PaymentInstructed,
    PaymentReturned,
    PaymentScheduled,
)
from domain.policy.events import PolicyIssued, PolicyRenewed
from domain.treaty.events import TreatyCancelled, TreatyEndorsed
from workers.requests import (
    AdjudicateClaim,
    AdvisePayee,
    AskBank,
    BookReturn,
    CedeClaim,
    CedePremium,
    DeliverNotice,
    FinishErasure,
    InstructPayment,
    LookAfterModel,
    Request,
    RescoreClaim,
    RestrikeTreaty,
    SchedulePayment,
    ScoreClaim,
    SettleClaim,
    TellMember,
)


class Queue(StrEnum):
    """Where work waits. Each queue has workers of its own, so that one never holds up another:
    money and fraud first, then reports, then everything that nobody waits for."""

    CLAIMS = "claims"
    PAYMENTS = "payments"
    REPORTS = "reports"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A pure function under its name. `asks_for` lists what it may ask for.

    One that waits for somebody outside goes over its queue `alone`, so that no other task waits
    with it; others may go together. One that `goes_on_from` others is carried out at once by the
    worker that has carried those out: a message for it is sent only where that worker ended.
    """

    name: str
    queue: Queue
    asks_for: tuple[type, ...]
    meaning: str
    react: Callable[[Recorded], list[Request]]
    alone: bool = False
    goes_on_from: frozenset[str] = frozenset()

    def __call__(self, event: Recorded) -> list[Request]:
        return self.react(event)


def reaction(
    queue: Queue, *asks_for: type, alone: bool = False, goes_on_from: tuple[str, ...] = ()
) -> Callable[[Callable[[Recorded], list[Request]]], Reaction]:
    """Make a reaction of a function; its name and the first line of its docstring are shown."""

    def made(react: Callable[[Recorded], list[Request]]) -> Reaction:
        meaning = (react.__doc__ or "").partition("\n")[0]
        after = frozenset(goes_on_from)
        return Reaction(react.__name__, queue, asks_for, meaning, react, alone, after)

    return made


@reaction(Queue.CLAIMS, ScoreClaim)
def score_for_fraud(event: Recorded) -> list[Request]:
    """Score the claim for fraud, with what was known when it came in."""
    return [ScoreClaim(event.stream_id, event.position)]


@reaction(Queue.CLAIMS, RescoreClaim)
def score_again_when_asked(event: Recorded) -> list[Request]:
    """Score the claim again for whoever asked."""
    asked: FraudCheckRequested = event.fact
    return [RescoreClaim(asked.claim_id)]


@reaction(Queue.CLAIMS, AdjudicateClaim, goes_on_from=("score_for_fraud", "go_on_when_answered"))
def adjudicate_unless_suspended(event: Recorded) -> list[Request]:
    """Adjudicate the claim, unless its score suspends it or a reviewer is to see it first."""
    scored: ClaimScored = event.fact
    waits = scored.suspends or scored.to_review
    return [] if waits else [AdjudicateClaim(event.stream_id)]


@reaction(Queue.CLAIMS, AdjudicateClaim)
def adjudicate_when_cleared(event: Recorded) -> list[Request]:
    """Adjudicate the claim that an investigator has cleared."""
    return [AdjudicateClaim(event.stream_id)]


@reaction(Queue.CLAIMS, AdjudicateClaim)
def adjudicate_when_reviewed(event: Recorded) -> list[Request]:
    """Adjudicate the claim with the reviewer's figures, where it was not decided before."""
    reviewed: ClaimReviewed = event.fact
    return [AdjudicateClaim(event.stream_id)] if reviewed.goes_on_at == "scored" else []


@reaction(Queue.CLAIMS, ScoreClaim, AdjudicateClaim)
def go_on_when_answered(event: Recorded) -> list[Request]:
    """Score or adjudicate the claim for which information came in: whatever it waited before."""
    match event.fact.goes_on_at:
        case "submitted":
            return [ScoreClaim(event.stream_id, event.position)]
        case "scored":
            return [AdjudicateClaim(event.stream_id)]
        case _:
            return []


@reaction(Queue.CLAIMS, AdjudicateClaim)
def adjudicate_when_reopened(event: Recorded) -> list[Request]:
    """Adjudicate the claim whose denial was set aside."""
    return [AdjudicateClaim(event.stream_id)]


@reaction(
    Queue.PAYMENTS,
    SchedulePayment,
    goes_on_from=(
        "adjudicate_unless_suspended",
        "adjudicate_when_cleared",
        "adjudicate_when_reviewed",
        "adjudicate_when_reopened",
        "go_on_when_answered",
    ),
)
def schedule_payment(event: Recorded) -> list[Request]:
    """Schedule the payment, if there is anything to pay."""
    approved: ClaimApproved = event.fact
    return [SchedulePayment(event.stream_id)] if approved.payable.minor > 0 else []


@reaction(Queue.PAYMENTS, InstructPayment, goes_on_from=("schedule_payment",))
def instruct_payment(event: Recorded) -> list[Request]:
    """Put down that the bank will be asked, before it is; not while the payment waits."""
    waits: str = event.fact.waits_for
    return [] if waits else [InstructPayment(event.stream_id)]


# The same once a second person has agreed.
instruct_when_approved = replace(
    instruct_payment, name="instruct_when_approved", goes_on_from=frozenset()
)


@reaction(Queue.PAYMENTS, AskBank, alone=True)
def ask_bank(event: Recorded) -> list[Request]:
    """Have the bank pay and book its answer."""
    return [AskBank(event.stream_id)]


@reaction(Queue.CLAIMS, SettleClaim, goes_on_from=("ask_bank",))
def settle_claim(event: Recorded) -> list[Request]:
    """Put down that the claim has been paid; close it where nobody delivers an advice."""
    return [SettleClaim(event.stream_id)]


@reaction(Queue.CLAIMS, BookReturn)
def book_return(event: Recorded) -> list[Request]:
    """Let the claim be owed again what came back."""
    return [BookReturn(event.stream_id)]


@reaction(Queue.REPORTS, CedeClaim)
def cede_share(event: Recorded) -> list[Request]:
    """Have the treaties take their part of what the claim has moved."""
    return [CedeClaim(event.stream_id)]


# The same, under a name of its own for each event: names are part of commands and stored tasks.
cede_when_denied = replace(cede_share, name="cede_when_denied")
cede_when_withdrawn = replace(cede_share, name="cede_when_withdrawn")
cede_when_reversed = replace(cede_share, name="cede_when_reversed")
cede_when_corrected = replace(cede_share, name="cede_when_corrected")
cede_when_decided_again = replace(cede_share, name="cede_when_decided_again")
cede_when_recovered = replace(cede_share, name="cede_when_recovered")


@reaction(Queue.REPORTS, CedeClaim)
def cede_reserve(event: Recorded) -> list[Request]:
    """Have the treaties take their part of the reserve, where a person is still to decide."""
    decided: ClaimAdjudicated = event.fact
    # What is approved by itself is paid at once: it is ceded then, reserve and payment in order.
    return [] if decided.route is Route.AUTO_APPROVED else [CedeClaim(event.stream_id)]


@reaction(Queue.REPORTS, CedePremium)
def cede_premium(event: Recorded) -> list[Request]:
    """Have the treaties take their part of the premium that was written."""
    return [CedePremium(event.stream_id)]


cede_renewal = replace(cede_premium, name="cede_renewal")


@reaction(Queue.REPORTS, RestrikeTreaty, alone=True)
def restrike_endorsed(event: Recorded) -> list[Request]:
    """Strike again what the treaty covers, and post what its new terms change."""
    return [RestrikeTreaty(event.stream_id)]


restrike_cancelled = replace(restrike_endorsed, name="restrike_cancelled")


@reaction(Queue.REPORTS, LookAfterModel, alone=True)
def look_after_model(event: Recorded) -> list[Request]:
    """Hold the fraud model against the claims of late.

    Where it has drifted or grown old a successor is learnt, which decides nothing yet."""
    due: ModelCheckDue = event.fact
    return [LookAfterModel(event.stream_id, due.version)]


@reaction(Queue.GENERAL, TellMember, alone=True)
def tell_of_payment(event: Recorded) -> list[Request]:
    """Tell the member that the claim was paid."""
    paid: ClaimPaid = event.fact
    return [TellMember(event.stream_id, "paid", str(paid.payment_id))]


@reaction(Queue.GENERAL, AdvisePayee, alone=True)
def advise_payee(event: Recorded) -> list[Request]:
    """Send the payee the remittance advice, and close the claim when all is paid."""
    paid: ClaimPaid = event.fact
    return [AdvisePayee(event.stream_id, paid.payment_id)] if paid.advice_follows else []


@reaction(Queue.GENERAL, TellMember, alone=True)
def tell_of_denial(event: Recorded) -> list[Request]:
    """Tell the member that the claim was not accepted."""
    return [TellMember(event.stream_id, "denied", str(event.version))]


@reaction(Queue.GENERAL, DeliverNotice, alone=True)
def deliver_notice(event: Recorded) -> list[Request]:
    """Tell the member what somebody wants told."""
    return [DeliverNotice(event.stream_id)]


@reaction(Queue.GENERAL, FinishErasure)
def destroy_key(event: Recorded) -> list[Request]:
    """Destroy the key of a member who was erased, if whoever erased them was interrupted."""
    return [FinishErasure(event.stream_id)]


REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    ClaimSubmitted: (score_for_fraud,),
    FraudCheckRequested: (score_again_when_asked,),
    ClaimScored: (adjudicate_unless_suspended,),
    ClaimCleared: (adjudicate_when_cleared,),
    ClaimReviewed: (adjudicate_when_reviewed,),
    ClaimInformationReceived: (go_on_when_answered,),
    ClaimReopened: (adjudicate_when_reopened,),
    ClaimApproved: (schedule_payment,),
    PaymentScheduled: (instruct_payment,),
    PaymentInstructed: (ask_bank,),
    PaymentApproved: (instruct_when_approved,),
    PaymentConfirmed: (settle_claim,),
    PaymentReturned: (book_return,),
    PolicyIssued: (cede_premium,),
    PolicyRenewed: (cede_renewal,),
    TreatyEndorsed: (restrike_endorsed,),
    TreatyCancelled: (restrike_cancelled,),
    ClaimAdjudicated: (cede_reserve,),
    ClaimDenied: (cede_when_denied, tell_of_denial),
    ClaimPaid: (cede_share, advise_payee, tell_of_payment),
    ClaimWithdrawn: (cede_when_withdrawn,),
    ClaimReversed: (cede_when_reversed,),
    ClaimCorrected: (cede_when_corrected,),
    ClaimReadjudicated: (cede_when_decided_again,),
    ClaimRecovered: (cede_when_recovered,),
    MemberErased: (destroy_key,),
    NoticeRequested: (deliver_notice,),
    ModelCheckDue: (look_after_model,),
}


# What follows only where the insurer names who delivers: otherwise there is nobody to be told.
TELLING = frozenset({TellMember})
ALONE = frozenset(it.name for them in REACTIONS.values() for it in them if it.alone)


# Whoever carries out a reaction acts under this and its name.
SAGA = "saga:"


class UnknownReaction(LookupError):
    """A task names a reaction that does not follow from its event in this version of the code."""


def goes_on(event: Recorded) -> list[Reaction]:
    """The reactions to an event that whoever recorded it carries out at once."""
    by = event.meta.actor.removeprefix(SAGA)
    return [it for it in REACTIONS.get(type(event.fact), ()) if by in it.goes_on_from]


def reaction_to(event: Recorded, name: str) -> Reaction:
    """The reaction of that name to an event of this kind; raises UnknownReaction."""
    for candidate in REACTIONS.get(type(event.fact), ()):
        if candidate.name == name:
            return candidate
    raise UnknownReaction(f"nothing named {name!r} follows from {event.name}")
