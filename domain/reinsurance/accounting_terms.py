"""What a treaty says about money beside the cession: corridor, profit, levies, reserves, cash."""

from dataclasses import dataclass

from domain.money import Money
from domain.ratio import NOTHING, WHOLE, Ratio


@dataclass(frozen=True, slots=True)
class LossCorridor:
    """The cedant takes back `cedant_share` of ceded losses between two loss ratios."""

    from_ratio: Ratio
    to_ratio: Ratio
    cedant_share: Ratio = WHOLE


@dataclass(frozen=True, slots=True)
class ProfitCommission:
    """`rate` of the profit after `reinsurer_expenses` (share of premium).

    A deficit may be set against the profits of the next `deficit_years` years; None carries it
    until it is used up, 0 not at all.
    """

    rate: Ratio
    reinsurer_expenses: Ratio = NOTHING
    deficit_years: int | None = None


@dataclass(frozen=True, slots=True)
class Levy:
    """A tax or market levy on ceded premium, under the name that the account shows."""

    name: str
    rate: Ratio


@dataclass(frozen=True, slots=True)
class PremiumReserve:
    """Share of ceded premium that the cedant withholds, released a year later with interest."""

    rate: Ratio
    interest: Ratio = NOTHING


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """`cash_loss_limit` is the reinsurers' share of one claim from which cash may be called;
    `loss_ratio_cap` is the most that the reinsurers pay, as a ratio of ceded premium."""

    brokerage: Ratio = NOTHING
    levies: tuple[Levy, ...] = ()
    premium_reserve: PremiumReserve | None = None
    cash_loss_limit: Money | None = None
    loss_ratio_cap: Ratio | None = None
    premium_portfolio_commission: Ratio = NOTHING
    loss_portfolio: Ratio = WHOLE


NO_ACCOUNT_TERMS = AccountTerms()
