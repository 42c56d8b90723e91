"""Members and providers are told once what became of their claims and payments, by a signed
message to whoever delivers; a claim is closed when its payee was told."""

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from adapters.mail import Mail
from adapters.text_messages import MessageAway, TextMessages
from commands.context import Couriers
from commands.members import Enrolment, enrol_member
from commands.notices import NoticeOf, notice_id
from commands.notifying import Wanted, publish_template, send_notices
from commands.providers import Contract, agree_contract
from commands.remitting import AdviceOf, advise_payee
from domain.claim.events import BilledLine, Payee
from domain.ids import payment_id
from domain.member.events import MemberDetails, Sex
from domain.notice.events import NoticeSent
from domain.notice_template.decide import PublishTemplate
from tests.scenarios.test_a_bank_over_http import bank_of
from tests.support.insurer import VISIT, YEAR, Insurer, tzs
from tests.support.saga import Machinery


def outbox(insurer: Insurer) -> list[Path]:
    return sorted((insurer.settings.state_dir / "outbox").glob("*.sms"))


def test_a_payment_and_a_denial_are_told_of_once_though_every_message_comes_twice(
    insurer: Insurer,
) -> None:
    clinic, other = insurer.clinic(), insurer.clinic("Mnazi Clinic")
    advised = Contract(clinic, "C-2026", YEAR, "+255 22 211 0000")
    agree_contract(insurer.desk, insurer.by("admin"), advised)
    nowhere = (BilledLine(1, "XX-9", "Unknown", "no such benefit", VISIT[0].quantity, tzs(9_000)),)
    with bank_of(insurer, "http://127.0.0.1:9") as url:
        sms = url.replace("/bank", "/sms")
        insurer.settings = insurer.settings.model_copy(update={"sms_url": sms})
        with Machinery(insurer, times=2) as running:
            paid = insurer.claims(insurer.member(), clinic)
            denied = insurer.claims(insurer.member(), clinic, lines=nowhere)
            repaid = insurer.claims(insurer.member(), clinic, payee=Payee.MEMBER)
            unheard = insurer.claims(insurer.member(), other)
            running.drain()
            assert running.in_state("failed") == []
        with pytest.raises(MessageAway, match="401"):
            TextMessages(sms, b"another key of thirty-two bytes!").send("1", "+255", "x")
    assert insurer.story(denied)[-1] == "claim.denied"
    of_payment = notice_id(NoticeOf(paid, "paid", str(payment_id(paid))))
    of_denial = notice_id(NoticeOf(denied, "denied", str(len(insurer.story(denied)))))
    assert [insurer.story(of_payment), insurer.story(of_denial)] == [["notice.sent"]] * 2
    (sent,) = [event.fact for event in insurer.desk.store.stream(of_payment)]
    assert isinstance(sent, NoticeSent)
    assert sent.to.startswith("+255 712")
    of_others = {
        str(notice_id(NoticeOf(one, "paid", str(payment_id(one))))) for one in (repaid, unheard)
    }
    advices = {str(uuid5(payment_id(one), "remittance")) for one in (paid, repaid)}
    assert {path.stem for path in outbox(insurer)} == (
        {str(of_payment), str(of_denial)} | of_others | advices
    )
    for claim, told in ((paid, "sent"), (repaid, "sent"), (unheard, "undeliverable")):
        assert insurer.story(payment_id(claim))[3:] == [f"payment.remittance_{told}"]
        assert insurer.story(claim)[-2:] == ["claim.paid", "claim.closed"]
        if told == "sent":
            advice = text_of(insurer, uuid5(payment_id(claim), "remittance"))
            assert advice.splitlines()[-2:] == lines_told(insurer, claim, coded=claim == paid)
            assert insurer.claim(claim).number in advice
    assert text_of(insurer, uuid5(payment_id(paid), "remittance")).startswith("+255 22 211 0000")
    text = (insurer.settings.state_dir / "outbox" / f"{of_payment}.sms").read_text()
    assert "23,500.00" in text
    assert "B54" not in text  # nothing of health


def lines_told(insurer: Insurer, claim: UUID, *, coded: bool) -> list[str]:
    determination = insurer.claim(claim).determination
    assert determination is not None
    return [
        f"{line.line}{' ' + line.code if coded else ''}: {line.billed}, {line.plan_pays}"
        for line in determination.lines
    ]


def text_of(insurer: Insurer, message: UUID) -> str:
    return (insurer.settings.state_dir / "outbox" / f"{message}.sms").read_text()


def test_what_somebody_wants_told_is_delivered_once_in_the_words_that_are_kept(
    insurer: Insurer,
) -> None:
    told = {
        "card-ready": "{insurer}: your card waits in {place}.",
        "paid": "Claim {number} is paid: {paid}.",
    }
    for code, words in told.items():
        asked = PublishTemplate(code, "Your card", words, "staff:neema")
        publish_template(insurer.desk, insurer.by("neema"), asked)
    member = insurer.member()
    without = MemberDetails("Juma", "Said", date(1990, 5, 1), Sex.MALE, "19900501-14116-00007-21")
    unreachable = UUID(
        enrol_member(insurer.desk, insurer.by("amina"), Enrolment(without)).answer["id"]
    )
    wanted = Wanted((member[0], unreachable), "card-ready", {"place": "Dodoma"})
    ids = send_notices(insurer.desk, insurer.by("neema"), wanted).answer["notices"]
    with bank_of(insurer, "http://127.0.0.1:9") as url:
        insurer.settings = insurer.settings.model_copy(
            update={"sms_url": url.replace("/bank", "/sms")}
        )
        with Machinery(insurer, times=2) as running:
            paid = insurer.claims(member, insurer.clinic())
            running.drain()
            assert running.in_state("failed") == []
    assert [insurer.story(UUID(one))[-1] for one in ids] == ["notice.sent", "notice.undeliverable"]
    texts = {path.stem: path.read_text() for path in outbox(insurer)}
    assert "your card waits in Dodoma." in texts[ids[0]]
    assert "is paid: " in texts[str(notice_id(NoticeOf(paid, "paid", str(payment_id(paid)))))]
    assert ids[1] not in texts


def test_without_anybody_who_delivers_nothing_is_told_until_there_is(insurer: Insurer) -> None:
    """Then a provider with an address gets every line by mail, once."""
    clinic = insurer.clinic()
    contract = Contract(clinic, "C-2026", YEAR, "claims@upanga.example")
    agree_contract(insurer.desk, insurer.by("admin"), contract)
    visit = tuple(replace(VISIT[0], line=nth, billed=tzs(5_000)) for nth in range(1, 10))
    with Machinery(insurer) as running:
        paid = insurer.claims(insurer.member(), clinic, lines=visit)
        running.drain()
    assert insurer.story(notice_id(NoticeOf(paid, "paid", str(payment_id(paid))))) == []
    assert insurer.story(payment_id(paid))[-1] == "payment.confirmed"
    assert insurer.story(paid)[-2:] == ["claim.paid", "claim.closed"]
    mail = Mail("", "bima@insurer.example", insurer.settings.state_dir / "outbox")
    desk = replace(insurer.desk, couriers=Couriers("Bima", None, mail))
    for again in ("once", "twice"):
        advise_payee(desk, insurer.by(again), AdviceOf(paid, payment_id(paid)))
    (letter,) = (insurer.settings.state_dir / "outbox").glob("*.eml")
    text = message_from_bytes(letter.read_bytes(), policy=default).get_content()
    assert text.splitlines()[-9:] == lines_told(insurer, paid, coded=True)
    assert insurer.story(payment_id(paid))[3:] == ["payment.remittance_sent"]
    assert insurer.story(paid).count("claim.closed") == 1
