"""The insurer's bank: what it answers, and a simulator that behaves as badly as it is told to.

The simulator keeps its own book in the database, as a bank would, so that every process and every
restart meets the same bank. It pays once for an instruction id, however often it is asked.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.postgres import Pool
from domain.money import Money


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """`settled` with a reference, or refused with a reason; `paid_on` where the bank tells it."""

    settled: bool
    reference: str = ""
    reason: str = ""
    paid_on: date | None = None


class BankUnreachable(Exception):
    """The bank did not answer; whether it paid is not known until it is asked again."""


class BankStillAtIt(Exception):
    """The bank has taken the instruction and will tell later what became of it."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the simulated bank behaves.

    `slow` passes before each answer. The first `lost_answers` answers to an instruction never
    arrive, although the transfer is made. Transfers to `refused_accounts` are refused, and those
    to `closed_accounts` come back. A bank of its own process answers a share of the transfers
    (`by_webhook`, in hundredths) later by webhook, each `webhook_times` times; 0: never, they are
    lost.
    """

    slow: timedelta = timedelta(0)
    lost_answers: int = 0
    refused_accounts: frozenset[str] = frozenset()
    closed_accounts: frozenset[str] = frozenset()
    by_webhook: int = 0
    webhook_times: int = 1


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the simulated bank's book; `asked` counts how often it was asked for."""

    instruction_id: str
    account: str
    amount: Money
    answer: BankAnswer
    asked: int


class SimulatedBank:
    """A bank of one insurer in the tables `bank_transfer` and `bank_manner`."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def pay(self, instruction_id: str, account: str, amount: Money) -> BankAnswer:
        """Transfer once per instruction id, however often it is asked.

        The same id for another account or amount is refused. Raises BankUnreachable where the
        answer is lost on the way; asking again with the same id is safe.
        """
        with self._pool.connection() as conn:
            row = conn.execute(
                _PAY,
                {
                    "tenant": self._tenant,
                    "id": instruction_id,
                    "account": account,
                    "minor": amount.minor,
                    "currency": amount.currency,
                },
            ).fetchone()
        assert row is not None
        transfer, slow, lost_answers = _transfer(row[:8]), row[8], row[9]
        time.sleep(slow.total_seconds())
        if transfer.asked <= lost_answers:
            raise BankUnreachable(f"no answer to {instruction_id}, asked {transfer.asked} times")
        if (transfer.account, transfer.amount) != (account, amount):
            return BankAnswer(settled=False, reason="INSTRUCTION_ID_USED_BEFORE")
        return transfer.answer

    def behave(self, manner: Manner) -> None:
        """From now on, in every process."""
        with self._pool.connection() as conn:
            conn.execute(
                "INSERT INTO bank_manner (tenant, slow, lost_answers, refused_accounts, "
                "closed_accounts, by_webhook, webhook_times) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant) DO UPDATE SET "
                "slow = excluded.slow, lost_answers = excluded.lost_answers, "
                "refused_accounts = excluded.refused_accounts, "
                "closed_accounts = excluded.closed_accounts, by_webhook = excluded.by_webhook, "
                "webhook_times = excluded.webhook_times",
                (
                    self._tenant,
                    manner.slow,
                    manner.lost_answers,
                    sorted(manner.refused_accounts),
                    sorted(manner.closed_accounts),
                    manner.by_webhook,
                    manner.webhook_times,
                ),
            )

    def book(self) -> tuple[Transfer, ...]:
        """Everything that the bank was asked for, in order of the instruction ids."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                f"SELECT {_COLUMNS} FROM bank_transfer t WHERE tenant = %s "  # noqa: S608  # nosec B608  # columns named here
                "ORDER BY instruction_id",
                (self._tenant,),
            ).fetchall()
        return tuple(_transfer(row) for row in rows)


_COLUMNS = (
    "t.instruction_id, t.account, t.amount_minor, t.currency, "
    "t.settled, t.reference, t.reason, t.asked"
)

# The transfer is made, or found, before anything can go wrong with the answer.
_PAY = f"""
WITH manner AS (
    SELECT slow, lost_answers, refused_accounts FROM bank_manner WHERE tenant = %(tenant)s
    UNION ALL SELECT interval '0', 0, '{{}}' LIMIT 1
), why_not AS (
    SELECT CASE WHEN %(account)s::text = '' THEN 'NO_ACCOUNT'
                WHEN %(account)s::text = ANY (refused_accounts) THEN 'ACCOUNT_REFUSED'
                ELSE '' END AS reason
    FROM manner
), t AS (
    INSERT INTO bank_transfer AS b (tenant, instruction_id, account, amount_minor, currency,
                                    settled, reference, reason)
    SELECT %(tenant)s, %(id)s::text, %(account)s, %(minor)s, %(currency)s, reason = '',
           CASE WHEN reason = '' THEN 'BANK-' || %(id)s::text ELSE '' END, reason
    FROM why_not
    ON CONFLICT (tenant, instruction_id)
    DO UPDATE SET asked = b.asked + 1, last_asked_at = clock_timestamp()
    RETURNING *
)
SELECT {_COLUMNS}, manner.slow, manner.lost_answers FROM t, manner
"""  # noqa: S608  # nosec B608  # columns named here


def _transfer(row: tuple[Any, ...]) -> Transfer:
    instruction_id, account, minor, currency, settled, reference, reason, asked = row
    answer = BankAnswer(settled, reference, reason)
    return Transfer(instruction_id, account, Money(minor, currency), answer, asked)
