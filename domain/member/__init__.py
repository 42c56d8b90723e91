"""Member: a covered person, or one who pays for the cover of a family."""

from domain.decider import Decider
from domain.member.decide import MemberCommand, decide
from domain.member.events import MemberEvent
from domain.member.state import Member, NotEnrolled, evolve

MEMBER: Decider[Member, MemberCommand, MemberEvent] = Decider(
    "member", NotEnrolled(), decide, evolve, state_version=2
)
