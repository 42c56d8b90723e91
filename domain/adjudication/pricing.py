"""What a line is worth before anybody's share: the allowed price, and the most for one unit."""

from decimal import Decimal
from fractions import Fraction

from domain.adjudication.case import ClaimLine, Network
from domain.adjudication.determination import PaysWhen
from domain.adjudication.product import Benefit, PriceSource, ShareKind, Whose
from domain.adjudication.working import (
    BALANCE_BILL,
    NOT_COVERED,
    OVER_LIMIT,
    WRITE_OFF,
    Exact,
    LineWork,
    share_for,
)
from domain.money import exponent, round_ratio


def price(work: LineWork) -> None:
    """Bring the line down from what was billed to what is allowed.

    In network the gap is written off by the provider, out of network it is billed to the member.
    Units that a reviewer or a limit did not accept are not covered. Where a list price holds
    whatever was asked and is higher, the charge itself is restated to the list price.
    """
    line, promised = work.line, work.promised()
    gap_part = WRITE_OFF if work.claim.case.network is Network.IN else BALANCE_BILL
    if _is_plain(work, promised):
        contract = line.contract_price
        if contract is not None and contract.minor < work.balance:
            work.take("price", gap_part, work.balance - contract.minor)
        work.unit_price = line.price_asked
    else:
        _price_by_unit(work, promised, gap_part)
    work.allowed = work.valued = work.balance
    if promised.price_source is PriceSource.RELATIVE:
        work.pays_when = PaysWhen.AFTER_INDEX


def _is_plain(work: LineWork, promised: Benefit) -> bool:
    """The smaller of two amounts decides; nobody changed quantity or unit price."""
    line = work.line
    return (
        promised.price_source is PriceSource.LESSER
        and line.price_reviewed is None
        and work.quantity == line.quantity
        and (line.service is None or line.service.bundle_price is None)
    )


def _price_by_unit(work: LineWork, promised: Benefit, gap_part: str) -> None:
    line = work.line
    asked_unit = _asked_unit(line)
    unit = unit_price(line, promised)
    charged_unit = max(asked_unit, unit)
    charged_quantity = Fraction(max(line.quantity, work.quantity))
    accepted = Fraction(work.quantity)
    work.billed = work.balance = _settled(work, charged_quantity * charged_unit)
    if charged_quantity > accepted:
        reason = "QTY_LIMIT" if work.quantity_cut else "REVIEWED"
        left = _settled(work, accepted * charged_unit)
        work.take("price", NOT_COVERED, work.balance - left, reason=reason)
    if charged_unit > unit:
        left = _settled(work, accepted * unit)
        work.take("price", gap_part, work.balance - left)
    scale = Decimal(1).scaleb(exponent(line.billed.currency))
    work.unit_price = Decimal(unit.numerator) / Decimal(unit.denominator) / scale


def unit_price(line: ClaimLine, promised: Benefit) -> Fraction:
    """The price of one unit in exact minor units: the reviewer's, else as the benefit says.

    A bundle's flat price is the most that one unit costs.
    """
    asked, source = _asked_unit(line), promised.price_source
    listed = _minor(line.list_price, line) if line.list_price is not None else asked
    unit = asked
    if line.price_reviewed is not None:
        unit = _minor(line.price_reviewed, line)
    elif source in (PriceSource.SCHEDULE, PriceSource.RELATIVE) or not asked:
        unit = listed
    if source is PriceSource.LESSER:
        unit = min(unit, asked)
        if line.contract_price is not None and line.quantity:
            unit = min(unit, line.contract_price.minor / Fraction(line.quantity))
    if line.service is not None and line.service.bundle_price is not None:
        unit = min(unit, _minor(line.service.bundle_price, line))
    return unit


def _asked_unit(line: ClaimLine) -> Fraction:
    if line.price_asked is not None:
        return _minor(line.price_asked, line)
    return line.billed.minor / Fraction(line.quantity) if line.quantity else Fraction(0)


def _minor(price: Decimal, line: ClaimLine) -> Fraction:
    return Fraction(price.scaleb(exponent(line.billed.currency)))


def _settled(work: LineWork, exact: Fraction) -> Exact:
    """Whole minor units, unless the product rounds at the end of the line."""
    if exact.denominator == 1:
        return exact.numerator
    if work.terms.exact:
        return exact
    return round_ratio(exact.numerator, exact.denominator, work.terms.terms.rounding.mode)


def unit_cap(work: LineWork) -> None:
    """A benefit that pays at most a fixed amount for one unit."""
    share = work.share()
    if share is None or share.kind is not ShareKind.FIXED:
        return
    most = share.adult if work.claim.adult else share.child
    if most is None:
        return
    cap = _settled(work, Fraction(work.quantity) * _minor(most, work.line))
    if work.balance > cap:
        work.take(
            "unit_cap", OVER_LIMIT, work.balance - cap, limit_name="unit_cap", reason="UNIT_CAP"
        )
    work.valued = work.balance


def own_share(work: LineWork, promised: Benefit, percent_is: Whose) -> Fraction:
    """What a benefit would leave with the member of this line, deductibles and limits aside."""
    value = Fraction(work.quantity) * unit_price(work.line, promised)
    share = share_for(promised, work.claim.case.visit_type)
    figure = None if share is None else share.adult if work.claim.adult else share.child
    if share is None or figure is None:
        return Fraction(0)
    if share.kind is ShareKind.FIXED:
        return max(Fraction(0), value - Fraction(work.quantity) * _minor(figure, work.line))
    rate = Fraction(figure)
    return value * (1 - rate if percent_is is Whose.PLAN else rate)
