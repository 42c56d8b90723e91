"""Members are told once what became of their claims, by a signed message to whoever delivers."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from adapters.text_messages import MessageAway, TextMessages
from commands.members import Enrolment, enrol_member
from commands.notices import NoticeOf, notice_id
from commands.notifying import Wanted, publish_template, send_notices
from domain.claim.events import BilledLine
from domain.ids import payment_id
from domain.member.events import MemberDetails, Sex
from domain.notice.events import NoticeSent
from domain.notice_template.decide import PublishTemplate
from tests.scenarios.test_a_bank_over_http import bank_of
from tests.support.insurer import VISIT, Insurer, tzs
from tests.support.saga import Machinery


def outbox(insurer: Insurer) -> list[Path]:
    return sorted((insurer.settings.state_dir / "outbox").glob("*.sms"))


def test_a_payment_and_a_denial_are_told_of_once_though_every_message_comes_twice(
    insurer: Insurer,
) -> None:
    clinic = insurer.clinic()
    nowhere = (BilledLine(1, "XX-9", "Unknown", "no such benefit", VISIT[0].quantity, tzs(9_000)),)
    with bank_of(insurer, "http://127.0.0.1:9") as url:
        sms = url.replace("/bank", "/sms")
        insurer.settings = insurer.settings.model_copy(update={"sms_url": sms})
        with Machinery(insurer, times=2) as running:
            paid = insurer.claims(insurer.member(), clinic)
            denied = insurer.claims(insurer.member(), clinic, lines=nowhere)
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
    assert {path.stem for path in outbox(insurer)} == {str(of_payment), str(of_denial)}
    text = (insurer.settings.state_dir / "outbox" / f"{of_payment}.sms").read_text()
    assert "23,500.00" in text
    assert "B54" not in text  # nothing of health


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


def test_without_anybody_who_delivers_nothing_is_recorded(insurer: Insurer) -> None:
    with Machinery(insurer) as running:
        paid = insurer.claims(insurer.member(), insurer.clinic())
        running.drain()
    assert insurer.story(notice_id(NoticeOf(paid, "paid", str(payment_id(paid))))) == []
