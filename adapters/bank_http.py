"""The insurer's bank over HTTP: signed requests, and an answer that may come at once or later.

`POST {url}/transfers` with the instruction; the bank answers 200 with what became of it, or 202
when it has taken the instruction and will tell by webhook. Whatever else happens, it is asked again
with the same instruction id: a bank pays once for an id.
"""

import threading
import weakref
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import msgspec

from adapters.bank import BankAnswer, BankStillAtIt, BankUnreachable
from adapters.outgoing import client_to
from adapters.signed_messages import signed
from domain.money import Money

PATIENCE = 8.0  # seconds


class HttpBank:
    """Asks the bank's service; safe for many threads."""

    def __init__(self, url: str, key: bytes, patience: float = PATIENCE) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._patience = patience
        self._client: httpx2.Client | None = None
        self._opening = threading.Lock()

    def pay(self, instruction_id: str, account: str, amount: Money) -> BankAnswer:
        """Transfer once per instruction id, however often it is asked.

        Raises BankStillAtIt where the bank will tell later, BankUnreachable where no answer came
        or none that can be read; asking again with the same id is safe.
        """
        said = self._ask(
            {
                "instruction_id": instruction_id,
                "account": account,
                "amount_minor": amount.minor,
                "currency": amount.currency,
            }
        )
        try:
            on = said.get("paid_on")
            return BankAnswer(
                bool(said["settled"]),
                str(said.get("reference", "")),
                str(said.get("reason", "")),
                date.fromisoformat(on) if on else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BankUnreachable(f"the bank's answer cannot be read: {error!r}") from error

    def _ask(self, instruction: dict[str, Any]) -> dict[str, Any]:
        body = msgspec.json.encode(instruction)
        headers = signed(self._key, body, datetime.now(UTC))
        try:
            answer = self._open().post(
                f"{self._url}/transfers",
                content=body,
                headers={**headers, "Content-Type": "application/json"},
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise BankUnreachable(f"the bank does not answer: {type(error).__name__}") from error
        if answer.status_code == httpx2.codes.ACCEPTED:
            raise BankStillAtIt(f"the bank has {instruction['instruction_id']} and will tell")
        if answer.status_code != httpx2.codes.OK:
            raise BankUnreachable(f"the bank answers {answer.status_code}")
        try:
            said = msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise BankUnreachable(f"the bank's answer cannot be read: {error}") from error
        return said

    def close(self) -> None:
        """Give back its connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> httpx2.Client:
        """The connection, opened at the first need: workers are forked after the desk is made."""
        with self._opening:
            if self._client is None:
                self._client = client_to([self._url], self._patience)
                weakref.finalize(self, self._client.close)  # for whoever forgets to close
            return self._client
