"""What a treaty says beside its terms: its references, its calendar, names, rates and notices.

Everything that differs between markets is a field here or in the terms, so that two treaties
differ by their data only.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.currency import DatedRate, RateRule


class ReportsEvery(StrEnum):
    """How often the cedant reports; the months of one report."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        return 1 if self is ReportsEvery.MONTH else 3


class Names(StrEnum):
    """How persons leave the house. Names are only told where the treaty itself says so."""

    PSEUDONYMS = "pseudonyms"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Administration:
    """References as the market wants them, days as the treaty allows them.

    `report_days` after a period's end a bordereau is due, `settle_days` after its issue the
    balance. `large_loss` is the ceded amount from which a claim is flagged. `rates` convert by
    `rate_rule` where the ledger's currency is not the treaty's. `earning` names the rule by
    which premium is earned. `profile` names the recipient's layout of the files.
    """

    umr: str
    reinsured: str
    reinsured_pin: str = ""
    administrator: str = ""
    class_of_business: str = "health"
    risk_code: str = ""
    type_of_insurance: str = "direct"
    country: str = "TZ"
    names: Names = Names.PSEUDONYMS
    reports: ReportsEvery = ReportsEvery.QUARTER
    report_days: int = 30
    settle_days: int = 30
    large_loss: Money | None = None
    earning: str = "by_days"
    platform: str = ""
    profile: str = "canonical"
    covers_ex_gratia: bool = False
    rate_rule: RateRule = RateRule.PAYMENT_DATE
    fixed_rate: Ratio | None = None
    rates: tuple[DatedRate, ...] = ()
    look_back_days: int = 0
