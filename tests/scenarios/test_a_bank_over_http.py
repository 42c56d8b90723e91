"""Claims are paid by a bank of its own process: signed requests, answers that come later, twice, or
not at all, and money that comes back and is paid anew."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import pytest
import uvicorn

from adapters.bank import BankUnreachable, Manner, SimulatedBank
from adapters.bank_http import HttpBank
from adapters.secret_keys import bank_key, sms_key
from adapters.settings import Settings
from adapters.signed_messages import signed
from cli.outside.bank_service import BankService, Webhooks
from cli.outside.serving import TextMessages, serve
from commands.payments_again import Reissue, approve_payment, reissue_payment
from domain.ids import payment_id
from domain.money import Money
from projections.verifying import verify
from tests.api.running import running_api
from tests.support.insurer import Insurer
from tests.support.saga import Machinery
from workers import handling

ACCOUNT = "0150123456700"


@contextmanager
def bank_of(insurer: Insurer, port_of_api: str) -> Iterator[str]:
    """The bank as a service; its address."""
    settings, pool, today = insurer.settings, insurer.desk.store.pool, insurer.clock.today
    key = bank_key(settings.secrets_folder)
    app = serve(
        BankService(pool, settings.tenant, today),
        key,
        TextMessages(settings.state_dir / "outbox"),
        sms_key(settings.secrets_folder),
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    hooks = Webhooks(pool, settings.tenant, key, f"{port_of_api}/api/v1/webhooks/bank", today)
    threads = [threading.Thread(target=run, daemon=True) for run in (server.run, hooks.run)]
    for thread in threads:
        thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/bank"
    hooks.stop()
    server.should_exit = True
    for thread in threads:
        thread.join(60)


def at_this_bank(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"bank_url": url})


def test_transfers_are_told_later_twice_or_never_and_what_comes_back_is_paid_anew(
    insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "ASK_AGAIN", timedelta(seconds=1))
    bank = SimulatedBank(insurer.desk.store.pool, 1)
    clinic = insurer.clinic()
    with (
        running_api(insurer.settings, read_models=False) as api,
        bank_of(insurer, api.url) as url,
    ):
        insurer.settings = at_this_bank(insurer.settings, url)
        with Machinery(insurer) as running:
            bank.behave(Manner(by_webhook=100, webhook_times=2))
            twice = insurer.claims(insurer.member(), clinic)
            running.wait_for(lambda: insurer.story(twice)[-1] == "claim.closed", "the webhook")
            bank.behave(Manner(by_webhook=100, webhook_times=0))
            never = insurer.claims(insurer.member(), clinic)
            running.wait_for(lambda: insurer.story(never)[-1] == "claim.closed", "asking again")
            bank.behave(Manner(by_webhook=100, closed_accounts=frozenset({ACCOUNT})))
            back = insurer.claims(insurer.member(), clinic)
            first = payment_id(back)
            running.wait_for(
                lambda: insurer.story(first)[-1:] == ["payment.returned"], "what came back"
            )
            running.drain()
            bank.behave(Manner())
            anew = reissue_payment(insurer.desk, insurer.by("juma"), Reissue(first, "0150-9"))
            approve_payment(insurer.desk, insurer.by("rehema"), UUID(anew.answer["id"]))
            running.wait_for(
                lambda: insurer.story(UUID(anew.answer["id"]))[-1] == "payment.confirmed", "it"
            )
            running.drain()
            assert running.in_state("failed") == []
    for claim in (twice, never):
        assert insurer.story(payment_id(claim)).count("payment.confirmed") == 1
        assert insurer.story(claim).count("claim.paid") == 1
    standing = insurer.claim(back)
    assert standing.paid_so_far == standing.payable
    assert [it.account for it in bank.book()].count("0150-9") == 1
    faults = [fault for check in verify(insurer.settings.database_url) for fault in check.faults]
    assert faults == []


def test_the_bank_takes_no_request_that_is_not_signed_with_its_key(insurer: Insurer) -> None:
    with bank_of(insurer, "http://127.0.0.1:9") as url:
        amount = Money.of("10.00", "TZS")
        good = HttpBank(url, bank_key(insurer.settings.secrets_folder))
        assert good.pay("PAY-1", ACCOUNT, amount).settled
        other = HttpBank(url, b"another key of thirty-two bytes!")
        with pytest.raises(BankUnreachable, match="401"):
            other.pay("PAY-2", ACCOUNT, amount)
        other.close()
        unreadable = signed(bank_key(insurer.settings.secrets_folder), b"{", datetime.now(UTC))
        assert httpx2.post(f"{url}/transfers", content=b"{", headers=unreadable).status_code == 422
    with pytest.raises(BankUnreachable, match="does not answer"):
        good.pay("PAY-3", ACCOUNT, amount)
    good.close()
    assert [it.instruction_id for it in SimulatedBank(insurer.desk.store.pool, 1).book()] == [
        "PAY-1"
    ]
