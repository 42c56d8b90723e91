"""Who gets the money back when a member paid the provider: nobody is paid on an empty account."""

from datetime import date
from uuid import UUID

from commands.members import Enrolment, enrol_member
from commands.policies import PolicyChange, change_policy
from domain.claim.events import Payee
from domain.ids import payment_id
from domain.member.events import MemberDetails, Relationship, Sex
from domain.policy.decide import AddMember
from tests.support.insurer import YEAR, Insurer
from tests.support.saga import Machinery


def child_of(insurer: Insurer, principal: UUID, policy: UUID, phone: str) -> tuple[UUID, UUID]:
    details = MemberDetails("Baraka", "Mwakalinga", date(2019, 7, 3), Sex.MALE, phone=phone)
    enrolled = enrol_member(
        insurer.desk, insurer.by("amina"), Enrolment(details, Relationship.CHILD, principal)
    )
    child = UUID(enrolled.answer["id"])
    joined = PolicyChange(policy, AddMember(child, YEAR.from_on))
    change_policy(insurer.desk, insurer.by("amina"), joined)
    return child, policy


def paid_to(insurer: Insurer, claim: UUID) -> tuple[str, UUID]:
    """Where the claim's payment stands, and to whom it was scheduled."""
    payment = insurer.payment(claim)
    assert payment is not None
    scheduled = insurer.desk.store.stream(payment_id(claim))[0].fact
    return str(payment.stage), scheduled.payee_id


def test_a_child_without_a_phone_is_repaid_through_the_principal(insurer: Insurer) -> None:
    principal, policy = insurer.member()
    child = child_of(insurer, principal, policy, phone="")
    with Machinery(insurer) as saga:
        claim = insurer.claims(child, insurer.clinic(), payee=Payee.MEMBER)
        saga.drain()
    assert paid_to(insurer, claim) == ("confirmed", principal)


def test_a_dependant_with_a_phone_is_repaid_directly(insurer: Insurer) -> None:
    principal, policy = insurer.member()
    child = child_of(insurer, principal, policy, phone="+255 712 000 002")
    with Machinery(insurer) as saga:
        claim = insurer.claims(child, insurer.clinic(), payee=Payee.MEMBER)
        saga.drain()
    assert paid_to(insurer, claim) == ("confirmed", child[0])
