"""Telling members what became of their claims, and what somebody of the insurer wants told: once
each, by text message, else by mail.

Nothing of health stands in a notice: whoever reads it on a lost telephone learns a number and a
sum. A dependant without an address is told through the principal. Words that the insurer has
published under the kind of a notice (`paid`, `denied`) take the place of ours.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from commands.context import Context, Desk
from commands.handling import Outcome, carry_out_on
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.ids import notice_template_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.notice import NOTICE
from domain.notice.decide import RecordNotice
from domain.notice.events import Channel
from domain.notice.state import Requested, Told
from domain.notice_template import NOTICE_TEMPLATE
from domain.notice_template.decide import INSURER, filled
from domain.notice_template.state import Published
from domain.personal import ERASED

SUBJECT = "Claim {number}"
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


def words_of(desk: Desk, kind: str, ours: tuple[str, str]) -> tuple[str, str]:
    """Subject and words: those that the insurer has published under a kind, else our own."""
    own = desk.store.load(NOTICE_TEMPLATE, notice_template_id(kind)).state
    return (own.subject, own.words) if isinstance(own, Published) else ours


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
    person, phone, email = address_of(desk, claim.member_id)
    subject, words = words_of(desk, request.kind, (SUBJECT, WORDS[request.kind]))
    said = {INSURER: desk.couriers.insurer, "number": claim.number, "paid": str(claim.paid_so_far)}
    text = filled(words, said)
    channel = _deliver(desk, which, phone, email, filled(subject, said), text)
    of = (request.kind, person, request.claim_id, claim.number)
    told = RecordNotice(*of, *_told(channel, phone, email))
    return carry_out_on(desk.store, context, NOTICE, which, told)


def deliver_notice(desk: Desk, context: Context, notice_id: UUID) -> Outcome:
    """Tell a member what somebody wants told; asked twice, they are told once.

    Where nobody delivers, or the member was erased meanwhile, that is recorded. Raises MessageAway
    or MailAway where nobody takes the message now.
    """
    notice = desk.store.load(NOTICE, notice_id).state
    if not isinstance(notice, Requested):
        return Outcome({"id": str(notice_id)}, None, None)
    of = (notice.kind, notice.person_id, notice.about, notice.number)
    if notice.words == ERASED:
        told = RecordNotice(*of, None, "", "erased meanwhile")
        return carry_out_on(desk.store, context, NOTICE, notice_id, told)
    person, phone, email = address_of(desk, notice.person_id)
    of = (notice.kind, person, notice.about, notice.number)
    channel = _deliver(desk, notice_id, phone, email, notice.subject, notice.words)
    told = RecordNotice(*of, *_told(channel, phone, email))
    return carry_out_on(desk.store, context, NOTICE, notice_id, told)


def _told(channel: Channel | None, phone: str, email: str) -> tuple[Channel | None, str, str]:
    if channel is None:
        return None, "", "neither a telephone nor an address that messages go to"
    return channel, phone if channel is Channel.TEXT_MESSAGE else email, ""


def _deliver(
    desk: Desk, which: UUID, phone: str, email: str, subject: str, text: str
) -> Channel | None:
    """Hand it over; its id makes a second try the same message."""
    couriers = desk.couriers
    if couriers.texts is not None and phone:
        couriers.texts.send(str(which), phone, text)
        return Channel.TEXT_MESSAGE
    if couriers.mail is not None and email:
        couriers.mail.send(email, subject, text)
        return Channel.MAIL
    return None


def address_of(desk: Desk, member_id: UUID) -> tuple[UUID, str, str]:
    """Who is told, by which telephone and address."""
    member = enrolled(desk.store.load(MEMBER, member_id).state)
    if member.details.phone or member.details.email or member.principal_id is None:
        return member_id, member.details.phone, member.details.email
    principal = enrolled(desk.store.load(MEMBER, member.principal_id).state)
    return member.principal_id, principal.details.phone, principal.details.email
