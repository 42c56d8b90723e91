"""Coordination of benefits: what a second payer adds once the first has paid."""

from dataclasses import dataclass
from enum import StrEnum

from domain.money import Money


class Method(StrEnum):
    """How the secondary payer limits itself.

    STANDARD: to what the member still owes. BASIC: to its own allowed amount, less what the
    primary paid. NON_DUPLICATION and CARVE_OUT: to the excess of its normal benefit over what
    the primary paid.
    """

    STANDARD = "standard"
    BASIC = "basic"
    NON_DUPLICATION = "non_duplication"
    CARVE_OUT = "carve_out"


@dataclass(frozen=True, slots=True)
class Coordinated:
    secondary_pays: Money
    member_owes: Money


def coordinate(
    method: Method,
    *,
    normal_benefit: Money,
    primary_paid: Money,
    member_owes: Money,
    own_allowed: Money,
) -> Coordinated:
    """What the secondary pays and what is then left with the member; neither is negative.

    `normal_benefit` is what the secondary would pay were it the only payer, `member_owes` what
    the primary left with the member.
    """
    zero = Money.zero(primary_paid.currency)
    match method:
        case Method.STANDARD:
            pays = min(normal_benefit, member_owes)
        case Method.BASIC:
            pays = min(normal_benefit, own_allowed - primary_paid)
        case Method.NON_DUPLICATION | Method.CARVE_OUT:
            pays = normal_benefit - primary_paid
    pays = max(pays, zero)
    return Coordinated(pays, max(member_owes - pays, zero))
