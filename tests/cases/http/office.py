"""An insurer with its API and its workers, for cases that are played over HTTP."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from adapters.clock import SetClock
from tests.api.running import RunningApi, data_of, running_api, settings_for
from tests.support.insurer import ZONE, Insurer
from tests.support.saga import Machinery

V1 = "/api/v1"
Json = dict[str, Any]
FROM, UNTIL = "2000-01-01", "2040-01-01"
PATIENCE = 240.0
DECIDED = ("adjudicated", "approved", "paid", "closed", "denied")
NUMBERS = count(1)


@dataclass(frozen=True)
class Office:
    """Everything over HTTP, by somebody who may do everything."""

    api: RunningApi
    client: httpx2.Client
    machinery: Machinery

    def make(self, path: str, body: Json) -> str:
        """Post something new; its id."""
        return str(data_of(self.client.post(f"{V1}{path}", json=body), 201)["id"])

    def post(self, path: str, body: Json | None = None) -> httpx2.Response:
        return self.client.post(f"{V1}{path}", json=body)

    def get(self, path: str, after: int = 0, **params: str) -> Any:
        """What is shown, once it reflects the ledger up to a position."""
        headers = {"X-Ledger-Position": str(after)} if after else {}
        return data_of(self.client.get(f"{V1}{path}", params=params, headers=headers))

    def everything(self, path: str) -> list[Json]:
        """A whole list that reflects everything recorded so far."""
        found: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            shown = self.get(path, self.api.last_position(), cursor=cursor, page_size="100")
            found += shown["results"]
            cursor = shown["cursor"]
        return found

    def decided(self, claim_id: str) -> Json:
        """The claim's adjudication, once the workers have come to it."""
        self.until(claim_id, *DECIDED)
        data: Json = self.get(f"/claims/{claim_id}/adjudication")
        adds_up(self.get(f"/claims/{claim_id}/eob"), data["determination"])
        return data

    def until(self, claim_id: str, *stages: str) -> str:
        """Wait for a claim to reach one of these stages; a suspect one is cleared on the way."""
        give_up = time.monotonic() + PATIENCE
        while True:
            answer = self.client.get(f"{V1}/claims/{claim_id}", params={"fields": "stage"})
            stage = answer.json()["data"]["stage"] if answer.status_code == 200 else "unknown"
            if stage in stages:
                return str(stage)
            if stage == "suspended":
                self.post(f"/claims/{claim_id}/resume")
            assert time.monotonic() < give_up, f"claim {claim_id} stays {stage}"
            time.sleep(0.03)

    def provider(
        self, prices: list[Json], *, level: str = "hospital", contract: bool = True
    ) -> str:
        """A provider with a price list, in network or not."""
        body: Json = {"name": f"Clinic {next(NUMBERS)}", "level": level, "payee_account": "0150-1"}
        if contract:
            body["contract_period"] = {"from_on": FROM, "until_on": UNTIL}
        made = self.make("/providers", body)
        if prices:
            tariff = {"period": {"from_on": FROM, "until_on": UNTIL}, "prices": prices}
            data_of(self.post(f"/providers/{made}/tariffs", tariff))
        return made

    def member(self, born_on: str = "1985-02-14", sex: str = "F") -> str:
        body = {"first_name": "Asha", "last_name": "Mushi", "born_on": born_on, "sex": sex}
        return self.make("/members", body)


@contextmanager
def office(
    database_url: str, redis_url: str, state: Path, currency: str, tenant: int
) -> Iterator[Office]:
    """An insurer that decides in one currency and approves everything by itself."""
    settings = settings_for(
        database_url, redis_url, state, currency=currency, tenant=tenant,
        auto_below=Decimal(10**12), manager_above=Decimal(10**12),
    )  # fmt: skip
    insurer = Insurer(settings, clock=SetClock(datetime.now(UTC), ZONE))
    try:
        with Machinery(insurer) as machinery, running_api(settings, read_models=False) as api:
            yield Office(api, api.as_role("admin"), machinery)
    finally:
        insurer.desk.store.close()


def adds_up(eob: Json, determination: Json) -> None:
    """The explanation of benefits tells the determination's figures, and they add up."""
    for line, decided in zip(eob["lines"], determination["lines"], strict=True):
        parts = sum(Decimal(amount) for amount in line["parts"].values())
        assert parts == Decimal(line["billed"]), f"line {line['line']}: {parts} of {line['billed']}"
        assert {part: decided[part] for part in line["parts"]} == line["parts"]
    for part, amount in {**eob["parts"], "member_pays": eob["member_pays"]}.items():
        lines = sum(Decimal(line["parts"].get(part, line["member_pays"])) for line in eob["lines"])
        assert lines == Decimal(amount), f"{part}: lines {lines}, claim {amount}"


def text(amount: object) -> str:
    """An amount of the ledger's own writing."""
    return format(Decimal(str(amount)), "f")
