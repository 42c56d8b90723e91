"""The simulated bank as a service: takes signed transfers, answers at once or later by webhook.

Its book is that of `adapters.bank.SimulatedBank`, so it survives its own end. It tells late, twice,
in any order, or not at all, as its manner says; what nobody took it tells again.
"""

import logging
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

import httpx2
import msgspec
import psycopg

from adapters.bank import BankAnswer, BankUnreachable, SimulatedBank
from adapters.decoders import read_as
from adapters.postgres import Pool
from adapters.signed_messages import signed
from domain.money import Money

log = logging.getLogger("bima.outside")

_EVERY = 0.05
_AGAIN = 0.5
_MOST = 100


class Instruction(msgspec.Struct):
    """What a transfer is asked for with."""

    instruction_id: str
    account: str
    amount_minor: int
    currency: str


class BankService:
    """A bank of one insurer; `today` is the day it books on."""

    def __init__(self, pool: Pool, tenant: int, today: Callable[[], Any]) -> None:
        self._pool = pool
        self._tenant = tenant
        self._bank = SimulatedBank(pool, tenant)
        self._today = today

    def transfer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and answer for a signed request; an answer that is lost is a 504."""
        try:
            asked = read_as(Instruction, body)
        except msgspec.DecodeError as error:
            return 422, {"reason": f"the instruction cannot be read: {error}"}
        amount = Money(asked.amount_minor, asked.currency)
        later = self._tells_later(asked.instruction_id)
        try:
            answer = self._bank.pay(asked.instruction_id, asked.account, amount)
        except BankUnreachable as lost:
            return 504, {"reason": str(lost)}
        if later:
            return 202, {"instruction_id": asked.instruction_id}
        return 200, self._said(answer)

    def _said(self, answer: BankAnswer) -> dict[str, Any]:
        told = {"settled": answer.settled, "reference": answer.reference, "reason": answer.reason}
        return told | {"paid_on": self._today().isoformat()}

    def _tells_later(self, instruction_id: str) -> bool:
        """Whether this is the first time, and one of those that are told of by webhook."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT m.by_webhook, EXISTS (SELECT FROM bank_transfer t WHERE t.tenant = %s "
                "AND t.instruction_id = %s) FROM bank_manner m WHERE m.tenant = %s",
                (self._tenant, instruction_id, self._tenant),
            ).fetchone()
            if row is None or row[1] or crc32(instruction_id.encode()) % 100 >= row[0]:
                return False
        return True


_UNTOLD = """
SELECT t.instruction_id, t.settled, t.reference, t.reason, t.amount_minor, t.currency,
       t.account = ANY (m.closed_accounts) AND t.settled, m.by_webhook, m.webhook_times
FROM bank_transfer t JOIN bank_manner m USING (tenant)
WHERE t.tenant = %s AND t.told = 0 LIMIT %s
"""


class Webhooks:
    """Tells the insurer what became of transfers, signed, until it has been heard."""

    def __init__(
        self, pool: Pool, tenant: int, key: bytes, url: str, today: Callable[[], Any]
    ) -> None:
        self._pool, self._tenant, self._key, self._url = pool, tenant, key, url
        self._today = today
        self._stopped = threading.Event()
        self._client = httpx2.Client(timeout=5)
        self._random = random.Random()  # noqa: S311  # the order in which a bank tells

    def run(self) -> None:
        """Tell until `stop`."""
        pause = _EVERY
        with self._client:
            while not self._stopped.wait(pause):
                try:
                    pause = _EVERY if self.tell() else _AGAIN
                except (psycopg.OperationalError, httpx2.HTTPError) as trouble:
                    log.info("nobody listens: %s", type(trouble).__name__)
                    pause = _AGAIN

    def stop(self) -> None:
        """Have `run` end after what it is telling."""
        self._stopped.set()

    def tell(self) -> bool:
        """Tell what has not been told; False where somebody did not want to hear it."""
        with self._pool.connection() as conn:
            rows = conn.execute(_UNTOLD, (self._tenant, _MOST)).fetchall()
        self._random.shuffle(rows)
        heard = True
        for name, settled, reference, reason, minor, currency, closed, share, times in rows:
            tells = crc32(name.encode()) % 100 < share
            amount = {"amount_minor": minor, "currency": currency}
            what = {"instruction_id": name, "reference": reference, "reason": reason, **amount}
            notices = [{**what, "kind": "settled" if settled else "failed"}] if tells else []
            if closed:
                back = {"kind": "returned", "reason": "ACCOUNT_CLOSED"}
                notices.append({**what, **back, "reference": f"{reference}-R"})
            self._random.shuffle(notices)
            taken = [self._send(notice) for notice in notices for _ in range(times)]
            if all(taken):
                self._told(name, closed)
            else:
                heard = False
        return heard

    def _send(self, notice: dict[str, Any]) -> bool:
        """One delivery; True where it was taken, or refused for good."""
        name = f"{notice['instruction_id']}|{notice['kind']}"
        body = msgspec.json.encode(
            {"id": str(uuid5(NAMESPACE_URL, name)), "on": self._today().isoformat(), **notice}
        )
        headers = signed(self._key, body, datetime.now(UTC))
        answer = self._client.post(
            self._url, content=body, headers={**headers, "Content-Type": "application/json"}
        )
        # The same second and the same words give the same signature: that was heard before.
        return answer.status_code < 500

    def _told(self, name: str, returned: bool) -> None:
        with self._pool.connection() as conn:
            conn.execute(
                "UPDATE bank_transfer SET told = told + 1, returned = %s "
                "WHERE tenant = %s AND instruction_id = %s",
                (returned, self._tenant, name),
            )
