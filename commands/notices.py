"""Telling members what became of their claims: once each, by text message, else by mail.

Nothing of health stands in a notice: whoever reads it on a lost telephone learns a number and a
sum. A dependant without an address is told through the principal.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.state import Submitted
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.notice import NOTICE
from domain.notice.decide import RecordNotice
from domain.notice.events import Channel
from domain.notice.state import Told

WORDS = {
    "paid": "{insurer}: {paid} were paid for claim {number} on your policy. "
    "Tumelipa {paid} kwa dai {number}.",
    "denied": "{insurer}: claim {number} was not accepted. The letter with the reasons is in your "
    "portal. Dai {number} halikukubaliwa.",
}


@dataclass(frozen=True, slots=True)
class NoticeOf:
    """`occasion` tells one event of a claim from another: a second payment is told of, too."""

    claim_id: UUID
    kind: str
    occasion: str


def notice_id(of: NoticeOf) -> UUID:
    """The stream of a notice: the same occasion is the same notice."""
    return uuid5(of.claim_id, f"notice|{of.kind}|{of.occasion}")


def tell_member(desk: Desk, context: Context, request: NoticeOf) -> Outcome:
    """Tell the member of a claim; asked twice, they are told once.

    Nothing is recorded where the insurer has named nobody who delivers. Raises MessageAway or
    MailAway where nobody takes the message now.
    """
    which = notice_id(request)
    notice = desk.store.load(NOTICE, which)
    if not desk.couriers.any or isinstance(notice.state, Told):
        return Outcome({"id": str(which)}, None, None)
    claim = submitted(desk.store.load(CLAIM, request.claim_id).state)
    person, phone, email = _address(desk, claim.member_id)
    text = WORDS[request.kind].format(
        insurer=desk.couriers.insurer, number=claim.number, paid=claim.paid_so_far
    )
    channel = _deliver(desk, which, phone, email, claim, text)
    command = RecordNotice(
        kind=request.kind,
        person_id=person,
        about=request.claim_id,
        number=claim.number,
        channel=channel,
        to=phone if channel is Channel.TEXT_MESSAGE else email,
        reason="" if channel else "neither a telephone nor an address that messages go to",
    )

    def decide() -> Decision:
        loaded = desk.store.load(NOTICE, which)
        return Decision(
            (changed(loaded, NOTICE.decide(loaded.state, command)),), {"id": str(which)}
        )

    return carry_out(desk.store, context, decide)


def _deliver(
    desk: Desk, which: UUID, phone: str, email: str, claim: Submitted, text: str
) -> Channel | None:
    """Hand it over; its id makes a second try the same message."""
    couriers = desk.couriers
    if couriers.texts is not None and phone:
        couriers.texts.send(str(which), phone, text)
        return Channel.TEXT_MESSAGE
    if couriers.mail is not None and email:
        couriers.mail.send(email, f"Claim {claim.number}", text)
        return Channel.MAIL
    return None


def _address(desk: Desk, member_id: UUID) -> tuple[UUID, str, str]:
    """Who is told, by which telephone and address."""
    member = enrolled(desk.store.load(MEMBER, member_id).state)
    if member.details.phone or member.details.email or member.principal_id is None:
        return member_id, member.details.phone, member.details.email
    principal = enrolled(desk.store.load(MEMBER, member.principal_id).state)
    return member.principal_id, principal.details.phone, principal.details.email
