"""The remittance advice on its way to whoever was paid: what the payment is for, line by line, once
for each payment; then the claim is closed.

A provider is told where its contract says; a member as of everything else. Lines are told to
members by number and sum alone: nothing of health stands in what is read on a lost telephone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.notices import address_of, words_of
from domain.adjudication.determination import LineDetermination
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.desk_work import CloseClaim, paid_in_full
from domain.claim.events import Payee
from domain.claim.state import Submitted
from domain.notice.events import Channel
from domain.notice_template.decide import INSURER, LONGEST, filled
from domain.payment import PAYMENT
from domain.payment.decide import RecordRemittance, scheduled
from domain.payment.state import Scheduled
from domain.provider import PROVIDER
from domain.provider.decide import registered

KIND = "remittance"
SUBJECT = "Remittance {payment}"
WORDS = (
    "{insurer}: {paid} were paid to account {account} (payment {payment}) for claim {number}. "
    "Tumelipa {paid} kwenye akaunti {account} (malipo {payment}) kwa dai {number}.\n"
    "Lines, billed and paid / Mistari, iliyodaiwa na iliyolipwa:\n{lines}"
)
IN_A_TEXT = 4  # lines that a text message has room for
LONGEST_MAIL = 100_000


@dataclass(frozen=True, slots=True)
class AdviceOf:
    claim_id: UUID
    payment_id: UUID


def advise_payee(desk: Desk, context: Context, request: AdviceOf) -> Outcome:
    """Tell the payee what a payment is for and close its claim; asked twice, they are told once.

    Where nobody can be reached that is recorded, and the claim is closed all the same. Raises
    MessageAway or MailAway where nobody takes the message now.
    """
    payment = scheduled(desk.store.load(PAYMENT, request.payment_id).state)
    claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
    told: RecordRemittance | None = None
    if desk.couriers.any and not payment.advised:
        told = _told(desk, request, payment, claim)

    def decide() -> Decision:
        changes = []
        if told is not None:
            stands = desk.store.load(PAYMENT, request.payment_id)
            changes.append(changed(stands, PAYMENT.decide(stands.state, told)))
        paid = desk.store.load(CLAIM, request.claim_id)
        if paid_in_full(submitted(paid.state)):
            closing = CloseClaim(context.effective_on)
            changes.append(changed(paid, CLAIM.decide(paid.state, closing)))
        return Decision(tuple(changes), {"id": str(request.payment_id)})

    return carry_out(desk.store, context, decide)


def _told(desk: Desk, request: AdviceOf, payment: Scheduled, claim: Submitted) -> RecordRemittance:
    """Hand the advice over; its id makes a second try the same message."""
    lines = claim.determination.lines if claim.determination is not None else ()
    phone, email = _where(desk, claim)
    couriers = desk.couriers
    of = (claim.number, len(lines))
    subject, words = words_of(desk, KIND, (SUBJECT, WORDS))
    said = {
        INSURER: couriers.insurer, "number": claim.number, "payment": payment.number,
        "paid": str(payment.amount), "account": _ending(payment.account),
    }  # fmt: skip
    coded = claim.payee is Payee.PROVIDER
    if couriers.texts is not None and phone:
        short = _short(words, said, lines, coded=coded)
        couriers.texts.send(str(uuid5(request.payment_id, KIND)), phone, short)
        return RecordRemittance(*of, Channel.TEXT_MESSAGE)
    if couriers.mail is not None and email:
        whole = filled(
            words, {**said, "lines": _lines(lines, len(lines), coded=coded)}, LONGEST_MAIL
        )
        couriers.mail.send(email, filled(subject, said), whole)
        return RecordRemittance(*of, Channel.MAIL)
    return RecordRemittance(*of, reason="no telephone or address that advices go to")


def _where(desk: Desk, claim: Submitted) -> tuple[str, str]:
    """Telephone and address of the payee; one of them for a provider, as its contract says."""
    if claim.payee is not Payee.PROVIDER:
        _, phone, email = address_of(desk, claim.member_id)
        return phone, email
    to = registered(desk.store.load(PROVIDER, claim.provider_id).state).advice_to
    return ("", to) if "@" in to else (to, "")


def _short(
    words: str, said: Mapping[str, str], lines: Sequence[LineDetermination], *, coded: bool
) -> str:
    """With as many lines as there is room for."""
    for most in range(IN_A_TEXT, 0, -1):
        text = filled(words, {**said, "lines": _lines(lines, most, coded=coded)}, LONGEST_MAIL)
        if len(text) <= LONGEST:
            return text
    return filled(words, {**said, "lines": _lines(lines, 0, coded=coded)})


def _lines(lines: Sequence[LineDetermination], most: int, *, coded: bool) -> str:
    """One row a line: its number, for a provider its code, what was billed and what is paid."""
    told = [
        f"{line.line} {line.code}: {line.billed}, {line.plan_pays}"
        if coded
        else f"{line.line}: {line.billed}, {line.plan_pays}"
        for line in lines[:most]
    ]
    return "\n".join([*told, *([f"+ {len(lines) - most}"] if len(lines) > most else [])])


def _ending(account: str) -> str:
    """The last four digits of an account."""
    return f"••{account[-4:]}" if len(account) > 4 else account
