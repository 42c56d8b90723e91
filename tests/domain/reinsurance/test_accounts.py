"""Posted lines, reinsurers' parts, accounts, cash calls, portfolios, currency and views."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, share, total
from domain.periods import through
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.account import (
    AccountFigures,
    SharePaid,
    cash_calls,
    premium_reserve,
    technical_account,
)
from domain.reinsurance.accounting_terms import AccountTerms, Levy, PremiumReserve
from domain.reinsurance.cede import cede
from domain.reinsurance.ceded_premium import cancel, premium_by_reinsurer
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.currency import (
    Conversion,
    DatedRate,
    RateRule,
    Rates,
    convert,
    convert_account,
    convert_by_terms,
)
from domain.reinsurance.loss import Premium
from domain.reinsurance.portfolio import (
    earned_by_days,
    earned_by_parts,
    loss_portfolio,
    premium_portfolio,
)
from domain.reinsurance.posting import (
    Line,
    LineKind,
    loss_lines,
    restruck,
    reversal,
    share_line,
    shared,
)
from domain.reinsurance.terms import Kind, Participant, Section, Treaty
from domain.reinsurance.views import ClaimPayment, adjustment, as_known, booked
from tests.domain.reinsurance.book import loss, panels, quota_share, tzs

THIRDS = tuple(Participant(name, Ratio(1, 3)) for name in ("RA", "RB", "RC"))
amounts = st.integers(-(10**12), 10**12).map(lambda minor: Money(minor, "TZS"))


def line(amount: Money, subject: str = "C1") -> Line:
    return Line("T1", "S1", LineKind.LOSS, subject, "", amount)


def test_the_first_listed_reinsurer_gets_the_odd_cent() -> None:
    assert list(shared(tzs(100), THIRDS).values()) == [tzs("33.34"), tzs("33.33"), tzs("33.33")]


def test_odd_cents_go_to_the_largest_remainders() -> None:
    sevenths = tuple(
        Participant(name, Ratio(part, 7)) for name, part in zip("ABC", (1, 2, 4), strict=True)
    )
    assert list(shared(tzs("0.10"), sevenths).values()) == [tzs("0.01"), tzs("0.03"), tzs("0.06")]


@given(amount=amounts, panel=panels())
def test_the_reinsurers_parts_are_the_line_and_their_reversal_its_negative(
    amount: Money, panel: tuple[Participant, ...]
) -> None:
    parts = share_line(line(amount), panel)
    assert total((part.amount for part in parts), "TZS") == amount
    assert restruck(parts + reversal(parts), ()) == ()


def test_nobody_to_share_with_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.no_participants"):
        shared(tzs(1), ())


lines = st.lists(st.builds(line, amounts, st.sampled_from("ABCD")), max_size=8)


@given(before=lines, now=lines, data=st.data())
def test_what_is_posted_and_its_difference_are_what_should_stand(
    before: list[Line], now: list[Line], data: st.DataObject
) -> None:
    difference = restruck(before, now)
    assert restruck([*before, *difference], now) == ()
    assert restruck(data.draw(st.permutations(before)), now) == difference
    assert all(one.amount for one in difference)


def test_a_cession_becomes_one_line_a_claim() -> None:
    treaty = quota_share()
    cession = cede(treaty, treaty.sections[0], [loss("C1", 100), loss("C2", 0)])
    assert loss_lines(cession) == (Line("QS", "QS", LineKind.LOSS, "C1", "", tzs(40)),)


def test_a_reinsurer_may_have_a_commission_of_its_own() -> None:
    section = Section("FAC", Kind.FACULTATIVE, commission=Commission(Ratio.of("0.20")))
    own = (Participant("F1", Ratio(3, 5)), Participant("F2", Ratio(2, 5), Ratio.of("0.225")))
    treaty = Treaty("FAC", "TZS", (section,), participants=own)
    assert premium_by_reinsurer(treaty, section, tzs(600)) == {
        "F1": (tzs(360), tzs(72)), "F2": (tzs(240), tzs(54)),
    }  # fmt: skip


def test_the_account_is_premium_less_everything_that_goes_back() -> None:
    terms = AccountTerms(
        brokerage=Ratio.of("0.025"),
        levies=(Levy("tax", Ratio.of("0.05")),),
        premium_reserve=PremiumReserve(Ratio.of("0.40")),
    )
    figures = AccountFigures(
        tzs(1000), tzs(300), tzs(450), tzs(200), brought_forward=tzs(-10), profit_commission=tzs(7)
    )
    account = technical_account(terms, figures)
    assert account.balance == tzs(1000 - 300 - 25 - 50 - 450 + 200 - 400 - 10 - 7)
    assert account.of("levy tax") == tzs(-50)
    assert account.of("no such line") == tzs(0)


def test_a_reserve_comes_back_with_interest() -> None:
    moved = premium_reserve(PremiumReserve(Ratio.of("0.40"), Ratio.of("0.03")), tzs(8_400_000))
    assert (moved.withheld, moved.interest) == (tzs(3_360_000), tzs(100_800))


def paid(month: int, amount: int) -> SharePaid:
    return SharePaid(date(2025, month, 5), tzs(amount))


def test_a_cash_call_waits_for_the_limit_and_then_takes_everything() -> None:
    calls = cash_calls(tzs(20), [paid(3, 1), paid(1, 12), paid(2, 8), paid(4, 5)])
    assert [call.amount for call in calls] == [tzs(0), tzs(20), tzs(1), tzs(5)]
    with pytest.raises(RuleBroken, match=r"treaty\.bad_cash_limit"):
        cash_calls(tzs(0), [])


@given(shares=st.lists(st.integers(0, 10**9), max_size=8), limit=st.integers(1, 10**9))
def test_what_is_called_is_all_or_nothing_of_what_was_paid(shares: list[int], limit: int) -> None:
    rows = [SharePaid(date(2025, 1, 1 + at), Money(x, "TZS")) for at, x in enumerate(shares)]
    called = sum(call.amount.minor for call in cash_calls(Money(limit, "TZS"), rows))
    assert called == (sum(shares) if sum(shares) >= limit else 0)


def test_eighths_take_each_quarter_at_its_middle() -> None:
    written = {1: tzs(800_000), 2: tzs(900_000), 3: tzs(1_000_000), 4: tzs(1_100_000)}
    made = earned_by_parts(written, 4)
    assert (made.unearned, made.earned) == (tzs(2_025_000), tzs(1_775_000))
    assert premium_portfolio(made.unearned, Ratio.of("0.35")) == tzs(1_316_250)
    with pytest.raises(RuleBroken, match=r"treaty\.bad_period_of_writing"):
        earned_by_parts({5: tzs(1)}, 4)


@pytest.mark.parametrize(
    ("day", "earned", "days"),
    [
        (date(2025, 9, 30), "0", 0),
        (date(2025, 12, 31), "252054.79", 92),
        (date(2026, 9, 30), "1000000", 365),
        (date(2027, 1, 1), "1000000", 365),
    ],
)
def test_premium_is_earned_by_the_day_and_never_beyond_the_cover(
    day: date, earned: str, days: int
) -> None:
    cover = through(date(2025, 10, 1), date(2026, 9, 30))
    made = earned_by_days(tzs(1_000_000), cover, day)
    assert (made.earned, made.earned_days) == (tzs(earned), days)
    assert made.earned + made.unearned == tzs(1_000_000)


def test_outstanding_losses_are_taken_over_at_a_part() -> None:
    assert loss_portfolio(tzs("1000.01"), Ratio.of("0.90")) == tzs("900.01")


def test_a_cancelled_policy_gives_premium_and_commission_back_at_the_ceded_rate() -> None:
    section = Section(
        "QS", Kind.QUOTA_SHARE, cession=Ratio.of("0.40"), commission=Commission(Ratio.of("0.30"))
    )
    cover = through(date(2025, 1, 1), date(2025, 12, 31))
    premium = Premium("P1", tzs(365_000))
    treaty = Treaty("QS", "TZS", (section,))
    result = cancel(treaty, premium, cover, date(2025, 4, 11))
    assert (result.days_on_risk, result.return_premium) == (100, tzs(265_000))
    assert (result.ceded[0].premium, result.ceded[0].commission) == (tzs(-106_000), tzs(-31_800))
    with pytest.raises(RuleBroken, match=r"treaty\.cancelled_outside_cover"):
        cancel(treaty, premium, cover, date(2026, 4, 11))


RATES = Rates(
    (
        DatedRate(date(2025, 2, 7), "USD", "TZS", Ratio(2490)),
        DatedRate(date(2025, 2, 10), "USD", "TZS", Ratio(2500)),
    ),
    look_back_days=2,
)


def test_a_rate_is_of_its_day_or_of_the_last_working_day_before() -> None:
    assert RATES.of("USD", "TZS", date(2025, 2, 10)) == 2500
    assert RATES.of("USD", "TZS", date(2025, 2, 9)) == 2490
    assert RATES.of("TZS", "USD", date(2025, 2, 10)) == Ratio(1, 2500).exact


@pytest.mark.parametrize(
    ("to", "day"),
    [("TZS", date(2025, 2, 6)), ("TZS", date(2025, 2, 13)), ("EUR", date(2025, 2, 10))],
)
def test_a_missing_rate_is_refused(to: str, day: date) -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.missing_rate"):
        RATES.of("USD", to, day)


def test_the_treaty_says_which_rate_counts() -> None:
    paid_amount = tzs(52_000_000)
    by_day = Conversion("USD", RateRule.PAYMENT_DATE)
    fixed = Conversion("USD", RateRule.FIXED, Ratio(2400))
    on = date(2025, 2, 10)
    assert convert_by_terms(by_day, paid_amount, RATES, on) == Money.of(20_800, "USD")
    assert convert_by_terms(fixed, paid_amount, RATES, None) == Money.of("21666.67", "USD")
    with pytest.raises(RuleBroken, match=r"treaty\.missing_rate"):
        convert_by_terms(by_day, paid_amount, RATES, None)


def test_currencies_keep_their_own_number_of_decimals() -> None:
    assert convert(Money.of("100.00", "USD"), "UGX", Ratio(3700).exact) == Money(370_000, "UGX")
    assert convert(Money(370_000, "UGX"), "USD", Ratio(1, 3700).exact) == Money.of(100, "USD")


@given(
    rows=st.dictionaries(st.sampled_from("ABCDEF"), amounts, min_size=1),
    price=st.fractions(min_value="0.0001", max_value=5000),
)
def test_converted_lines_and_their_rounding_are_the_converted_balance(
    rows: dict[str, Money], price: Fraction
) -> None:
    made = convert_account(rows, "USD", price)
    assert total(made.lines.values(), "USD") + made.rounding == made.balance
    assert abs(made.rounding.minor) <= (len(rows) + 1) / 2


PAYMENTS = [
    ClaimPayment("C1", tzs(500), date(2025, 1, 20), date(2025, 1, 22)),
    ClaimPayment("C2", tzs(200), date(2025, 3, 28), date(2025, 4, 3)),
    ClaimPayment("C1", tzs(-50), date(2025, 2, 11), date(2025, 5, 15)),
]
QUARTER, CUT_OFF, LATER = date(2025, 3, 31), date(2025, 4, 10), date(2025, 7, 10)


def ceded(payment: ClaimPayment) -> Money:
    return share(payment.amount, Ratio.of("0.40").exact)


def test_a_late_correction_is_an_adjustment_and_never_a_change() -> None:
    assert total(map(ceded, as_known(PAYMENTS, QUARTER, CUT_OFF)), "TZS") == tzs(280)
    assert total(map(ceded, as_known(PAYMENTS, QUARTER, LATER)), "TZS") == tzs(260)
    assert adjustment(PAYMENTS, QUARTER, CUT_OFF, LATER, ceded, "TZS") == tzs(-20)


def test_what_is_booked_in_a_closed_span_stays() -> None:
    april = booked(PAYMENTS, date(2025, 4, 1), date(2025, 5, 1))
    assert [one.claim for one in april] == ["C2"]
