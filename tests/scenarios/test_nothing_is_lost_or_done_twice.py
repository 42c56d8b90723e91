"""What happens when messages are doubled, queues are emptied, the bank is deaf and work is bad."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.bank import Manner
from adapters.reaction_tasks import Key
from commands.claims import ClaimStep, withdraw_claim
from commands.members import withdraw_member
from domain.claim.state import Stage
from tests.support.insurer import Insurer, tzs
from tests.support.saga import Machinery
from workers import handling
from workers.queues import Handle

PAID = [
    "claim.submitted",
    "claim.scored",
    "claim.adjudicated",
    "claim.approved",
    "claim.paid",
    "claim.closed",
]


# Each goes over a queue once for a claim that is paid; the last follows from its policy.
MESSAGES_OF_A_PAID_CLAIM = {
    "score_for_fraud",
    "ask_bank",
    "cede_share",
    "tell_of_payment",
    "cede_premium",
}
# A worker goes on with these by itself.
GONE_ON_WITH = {
    "adjudicate_unless_suspended",
    "schedule_payment",
    "instruct_payment",
    "settle_claim",
}


def submitted(insurer: Insurer, count: int) -> list[UUID]:
    """Claims of as many members, so that none looks like another."""
    clinic = insurer.clinic()
    return [insurer.claims(insurer.member(), clinic) for _ in range(count)]


def followed(saga: Machinery) -> int:
    """How many claims wait for their score."""
    return [reaction for _, reaction, _ in saga.in_state("due")].count("score_for_fraud")


def paid_once_each(insurer: Insurer, saga: Machinery, claims: list[UUID]) -> None:
    """Every claim ended once, and the bank's book agrees with it to the shilling."""
    assert [insurer.story(claim) for claim in claims] == [PAID] * len(claims)
    payments = [insurer.payment(claim) for claim in claims]
    numbers = sorted(payment.number for payment in payments if payment is not None)
    assert [transfer.instruction_id for transfer in saga.bank.book()] == numbers
    assert len(set(numbers)) == len(claims)
    assert {transfer.amount for transfer in saga.bank.book()} == {tzs(23_500)}
    assert saga.in_state("failed") == []


def test_every_message_three_times_and_backwards_is_done_once(insurer: Insurer) -> None:
    handled: Counter[tuple[int, str]] = Counter()

    def counted(handle: Handle) -> Handle:
        def also(keys: Sequence[Key]) -> None:
            handled.update(keys)
            handle(keys)

        return also

    with Machinery(insurer, times=3, around=counted) as saga:
        claims = submitted(insurer, 10)
        saga.drain()
        saga.wait_for(lambda: min(handled.values()) >= 3, "every message to arrive three times")
        expected = dict.fromkeys(MESSAGES_OF_A_PAID_CLAIM, len(claims))
        assert Counter(reaction for _, reaction in handled) == expected
        done = Counter(reaction for _, reaction, _ in saga.in_state("done"))
        assert done == expected | dict.fromkeys(GONE_ON_WITH, len(claims))
        paid_once_each(insurer, saga, claims)


def test_two_workers_with_the_same_message_at_once_do_it_once(insurer: Insurer) -> None:
    def at_once(handle: Handle) -> Handle:
        def twice(keys: Sequence[Key]) -> None:
            together = threading.Barrier(2)

            def one() -> None:
                together.wait()
                handle(keys)

            other = threading.Thread(target=one)
            other.start()
            one()
            other.join()

        return twice

    with Machinery(insurer, around=at_once) as saga:
        claims = submitted(insurer, 5)
        saga.drain()
        paid_once_each(insurer, saga, claims)


def test_without_a_lease_it_is_one_effect_all_the_same(
    insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several workers begin the same task: the command's receipt and the stage stop all but one."""
    monkeypatch.setattr(handling, "LEASE", timedelta(0))
    with Machinery(insurer, times=4) as saga:
        claims = submitted(insurer, 8)
        saga.drain()
        paid_once_each(insurer, saga, claims)


def test_emptied_queues_are_filled_again(insurer: Insurer) -> None:
    """The queue server forgets everything while claims are under way, more than once."""
    gate, begun = threading.Event(), threading.Semaphore(0)

    def held(handle: Handle) -> Handle:
        def when_open(keys: Sequence[Key]) -> None:
            begun.release()
            gate.wait()
            handle(keys)

        return when_open

    with Machinery(insurer, around=held) as saga:
        claims = submitted(insurer, 20)
        saga.wait_for(lambda: followed(saga) == 20, "all claims to be followed")
        begun.acquire()
        saga.wipe_the_queues()
        assert saga.sender.waiting() == 0
        gate.set()
        saga.drain()
        paid_once_each(insurer, saga, claims)


def test_a_bank_that_loses_answers_pays_once(insurer: Insurer) -> None:
    with Machinery(insurer) as saga:
        saga.bank.behave(Manner(lost_answers=2))
        claims = submitted(insurer, 3)
        saga.drain()
        paid_once_each(insurer, saga, claims)
        assert {transfer.asked for transfer in saga.bank.book()} == {3}


def test_a_refused_account_leaves_the_claim_approved_and_the_payment_failed(
    insurer: Insurer,
) -> None:
    with Machinery(insurer) as saga:
        saga.bank.behave(Manner(refused_accounts=frozenset({"0150123456700"})))
        (claim,) = submitted(insurer, 1)
        saga.drain()
    payment = insurer.payment(claim)
    assert payment is not None
    assert payment.stage == "failed"
    assert insurer.claim(claim).stage is Stage.APPROVED


def test_work_that_always_fails_is_seen_and_stops_nobody(
    insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One claim's member is withdrawn before it is decided: a person must look at it."""
    gate = threading.Event()

    def held(handle: Handle) -> Handle:
        def when_open(keys: Sequence[Key]) -> None:
            gate.wait()
            handle(keys)

        return when_open

    monkeypatch.setattr(handling, "BACKOFF", (0, 0, 0))
    with Machinery(insurer, around=held) as saga:
        clinic = insurer.clinic()
        people = [insurer.member() for _ in range(6)]
        claims = [insurer.claims(covered, clinic) for covered in people]
        withdraw_member(insurer.desk, insurer.by("amina"), people[2][0])
        gate.set()
        saga.drain()
        (failure,) = saga.failures.all()
        others = claims[:2] + claims[3:]
        assert [insurer.claim(claim).stage for claim in others] == [Stage.CLOSED] * 5
    event = insurer.desk.store.read_after(failure.position - 1, 1)[0]
    assert event.stream_id == claims[2]
    assert failure.reaction == "adjudicate_unless_suspended"
    assert "member.withdrawn" in failure.note


def test_a_claim_that_was_withdrawn_meanwhile_is_left_alone(insurer: Insurer) -> None:
    """What no longer applies is done with, and says so."""
    claim = insurer.claims(insurer.member(), insurer.clinic())
    withdraw_claim(insurer.desk, insurer.by("juma"), ClaimStep(claim))
    with Machinery(insurer) as saga:
        saga.drain()
        notes = {reaction: note for _, reaction, note in saga.in_state("done")}
    assert insurer.claim(claim).stage is Stage.WITHDRAWN
    assert set(notes) == {"cede_premium", "score_for_fraud", "cede_when_withdrawn"}
    note = notes["score_for_fraud"]
    assert note.startswith("no longer applies: claim.wrong_stage")
