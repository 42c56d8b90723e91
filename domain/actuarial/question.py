"""What a triangle is asked: as known when, valued when, which measure, how cut into rows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.actuarial.grain import Grain
from domain.actuarial.movement import Segment
from domain.money import Money
from domain.ratio import Ratio


class Measure(StrEnum):
    """Three of money and three of counts; incurred is paid and reserve together."""

    PAID = "paid"
    RESERVE = "reserve"
    INCURRED = "incurred"
    REPORTED = "reported"
    CLOSED = "closed"
    OPEN = "open"

    @property
    def is_count(self) -> bool:
        return self in (Measure.REPORTED, Measure.CLOSED, Measure.OPEN)


class Basis(StrEnum):
    """TRANSACTION develops by the day of effect and can be restated; BOOKED by the day of
    recording, and its closed diagonals never change."""

    TRANSACTION = "txn"
    BOOKED = "rec"


class Form(StrEnum):
    CUMULATIVE = "cumulative"
    INCREMENTAL = "incremental"


class Side(StrEnum):
    """GROSS as recorded, CEDED the share of it, NET what is left of each movement."""

    GROSS = "gross"
    CEDED = "ceded"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Question:
    """`known_on` leaves out what was recorded later, `valued_on` (default: the same day) the
    columns after it. `attachment` and `limit` cut each claim to a layer before it is shared."""

    known_on: date
    valued_on: date | None = None
    basis: Basis = Basis.TRANSACTION
    origin: Grain = Grain.MONTH
    development: Grain = Grain.MONTH
    measure: Measure = Measure.PAID
    form: Form = Form.CUMULATIVE
    attachment: Money | None = None
    limit: Money | None = None
    side: Side = Side.GROSS
    share: Ratio | None = None
    segment: Segment = ()

    @property
    def valuation(self) -> date:
        return self.valued_on or self.known_on

    @property
    def layered(self) -> bool:
        return self.attachment is not None or self.limit is not None
