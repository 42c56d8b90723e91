"""The simulated bank pays once, and misbehaves exactly as it is told."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.bank import BankAnswer, BankUnreachable, Manner, SimulatedBank
from adapters.postgres import Pool
from domain.money import Money

AMOUNT = Money.of("23500.00", "TZS")
ACCOUNT = "0150123456700"


@pytest.fixture
def bank(database_url: str) -> Iterator[SimulatedBank]:
    pool = Pool(database_url)
    yield SimulatedBank(pool, 1)
    pool.close()


def test_an_instruction_is_paid_once_however_often_it_is_asked(bank: SimulatedBank) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT), range(40)))
    assert answers == {BankAnswer(settled=True, reference="BANK-PAY-2025-00001")}
    (transfer,) = bank.book()
    assert (transfer.amount, transfer.asked) == (AMOUNT, 40)


def test_a_lost_answer_comes_when_the_bank_is_asked_again(bank: SimulatedBank) -> None:
    bank.behave(Manner(lost_answers=2))
    for _ in range(2):
        with pytest.raises(BankUnreachable):
            bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT)
    assert len(bank.book()) == 1  # it had paid all the same
    assert bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT).settled
    assert len(bank.book()) == 1


def test_an_account_can_be_refused(bank: SimulatedBank) -> None:
    bank.behave(Manner(refused_accounts=frozenset({ACCOUNT})))
    answer = bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT)
    assert answer == BankAnswer(settled=False, reason="ACCOUNT_REFUSED")
    assert bank.pay("PAY-2025-00002", "0150999999900", AMOUNT).settled


def test_without_an_account_nothing_is_paid(bank: SimulatedBank) -> None:
    assert bank.pay("PAY-2025-00001", "", AMOUNT).reason == "NO_ACCOUNT"


def test_an_instruction_id_is_not_used_for_another_amount(bank: SimulatedBank) -> None:
    bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT)
    other = bank.pay("PAY-2025-00001", ACCOUNT, Money.of("1.00", "TZS"))
    assert other == BankAnswer(settled=False, reason="INSTRUCTION_ID_USED_BEFORE")
    assert [transfer.amount for transfer in bank.book()] == [AMOUNT]


def test_a_slow_bank_answers_late(bank: SimulatedBank) -> None:
    bank.behave(Manner(slow=timedelta(milliseconds=150)))
    started = time.monotonic()
    assert bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT).settled
    assert time.monotonic() - started >= 0.15


def test_insurers_do_not_share_their_instructions(bank: SimulatedBank, database_url: str) -> None:
    pool = Pool(database_url)
    other = SimulatedBank(pool, 2)
    bank.pay("PAY-2025-00001", ACCOUNT, AMOUNT)
    assert other.pay("PAY-2025-00001", "0150000000001", Money.of("5.00", "TZS")).settled
    pool.close()
    assert len(bank.book()) == 1
