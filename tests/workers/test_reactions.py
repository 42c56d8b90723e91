"""The table of reactions is whole, pure, and asks only for what can be carried out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import pytest

from adapters.envelope import Meta, Recorded
from domain.adjudication.routing import Route
from domain.claim.events import ClaimApproved, ClaimScored
from domain.events import CATALOGUE
from tests.support.sample_facts import SAMPLES, tzs
from workers.carrying_out import USE_CASES, command_id
from workers.deadlines import DEADLINES, Deadline
from workers.reactions import (
    REACTIONS,
    Reaction,
    UnknownReaction,
    adjudicate_unless_suspended,
    reaction_to,
    schedule_payment,
    score_for_fraud,
)
from workers.requests import AdjudicateClaim, Request, SchedulePayment, ScoreClaim

STREAM = UUID("01890000-0000-7000-8000-000000000006")
ALL = [(kind, it) for kind, reactions in REACTIONS.items() for it in reactions]
TIMED = [(kind, it) for kind, deadlines in DEADLINES.items() for it in deadlines]
BOTH: list[Reaction | Deadline] = [it for _, it in ALL] + [it for _, it in TIMED]


def recorded(fact: Any, position: int = 17) -> Recorded:
    command = UUID("01890000-0000-7000-8000-00000000000a")
    meta = Meta(datetime(2025, 6, 2, tzinfo=UTC), date(2025, 6, 2), "juma", command, command)
    return Recorded(position, STREAM, 1, CATALOGUE.name_of(type(fact)), fact, meta)


def sample(kind: type) -> Any:
    return next(fact for fact in SAMPLES if type(fact) is kind)


def test_every_event_that_is_reacted_to_is_published() -> None:
    assert set(REACTIONS) <= {entry.type for entry in CATALOGUE.entries}


def test_names_are_unique_because_commands_and_tasks_are_named_by_them() -> None:
    names = [it.name for it in BOTH]
    assert len(set(names)) == len(names)


def test_the_names_that_stored_tasks_hold_stay() -> None:
    """A name that goes leaves open tasks behind that nobody can carry out."""
    assert {
        CATALOGUE.name_of(kind): [it.name for it in them] for kind, them in REACTIONS.items()
    } == {
        "claim.submitted": ["score_for_fraud"],
        "claim.scored": ["adjudicate_unless_suspended"],
        "fraud_case.check_requested": ["score_again_when_asked"],
        "claim.cleared": ["adjudicate_when_cleared"],
        "claim.reviewed": ["adjudicate_when_reviewed"],
        "claim.information_received": ["go_on_when_answered"],
        "claim.reopened": ["adjudicate_when_reopened"],
        "claim.approved": ["schedule_payment"],
        "member.erased": ["destroy_key"],
        "notice.requested": ["deliver_notice"],
        "fraud_model.check_due": ["look_after_model"],
        "payment.scheduled": ["instruct_payment"],
        "payment.instructed": ["ask_bank"],
        "payment.approved": ["instruct_when_approved"],
        "payment.confirmed": ["settle_claim"],
        "payment.returned": ["book_return"],
        "policy.issued": ["cede_premium"],
        "policy.renewed": ["cede_renewal"],
        "treaty.endorsed": ["restrike_endorsed"],
        "treaty.cancelled": ["restrike_cancelled"],
        "claim.adjudicated": ["cede_reserve"],
        "claim.denied": ["cede_when_denied", "tell_of_denial"],
        "claim.paid": ["cede_share", "advise_payee", "tell_of_payment"],
        "claim.withdrawn": ["cede_when_withdrawn"],
        "claim.reversed": ["cede_when_reversed"],
        "claim.corrected": ["cede_when_corrected"],
        "claim.readjudicated": ["cede_when_decided_again"],
        "claim.recovered": ["cede_when_recovered"],
    }
    assert {
        CATALOGUE.name_of(kind): [it.name for it in them] for kind, them in DEADLINES.items()
    } == {
        "policy.issued": ["grace_ends"],
        "policy.renewed": ["grace_of_renewal_ends"],
        "preauthorisation.approved": ["approval_expires"],
        "fraud_case.investigation_opened": ["investigation_overdue"],
        "claim.information_requested": ["answer_overdue"],
        "fraud_model.promoted": ["new_model_is_checked"],
        "fraud_model.checked": ["model_is_checked_again"],
    }


def test_everything_that_can_be_asked_for_can_be_carried_out_and_is_asked_for() -> None:
    asked_for = {kind for it in BOTH for kind in it.asks_for}
    assert asked_for == set(get_args(Request)) == set(USE_CASES)


@pytest.mark.parametrize(("kind", "it"), ALL, ids=[it.name for _, it in ALL])
def test_a_reaction_is_pure_and_asks_for_what_it_says(kind: type, it: Reaction) -> None:
    event = recorded(sample(kind))
    asked = it(event)
    assert asked == it(event)
    assert {type(request) for request in asked} <= set(it.asks_for)
    assert it.meaning.endswith(".")


def test_a_claim_is_scored_with_what_was_known_at_its_own_position() -> None:
    event = recorded(sample(next(iter(REACTIONS))), position=4711)
    assert score_for_fraud(event) == [ScoreClaim(STREAM, 4711)]


@pytest.mark.parametrize(("suspends", "asked"), [(True, []), (False, [AdjudicateClaim(STREAM)])])
def test_a_suspended_claim_is_not_adjudicated(suspends: bool, asked: list[Request]) -> None:
    scored = ClaimScored(Decimal("0.92"), "rules-1", (), 17, suspends)
    assert adjudicate_unless_suspended(recorded(scored)) == asked


@pytest.mark.parametrize(
    ("payable", "asked"), [(0, []), (1, [SchedulePayment(STREAM)])], ids=["nothing", "something"]
)
def test_only_what_is_owed_is_paid(payable: int, asked: list[Request]) -> None:
    approved = ClaimApproved(tzs(payable), Route.AUTO_APPROVED, "rules")
    assert schedule_payment(recorded(approved)) == asked


def test_a_reaction_is_found_by_its_name_under_its_own_event_only() -> None:
    approved = recorded(ClaimApproved(tzs(5), Route.AUTO_APPROVED, "rules"))
    assert reaction_to(approved, "schedule_payment") is schedule_payment
    with pytest.raises(UnknownReaction, match=r"nothing named 'ask_bank' .* claim\.approved"):
        reaction_to(approved, "ask_bank")


def test_the_command_id_follows_from_insurer_position_reaction_and_place() -> None:
    """It is stored in receipts: a new way to make it would do everything a second time."""
    event = recorded(ClaimApproved(tzs(5), Route.AUTO_APPROVED, "rules"), position=17)
    first = command_id(1, event, "schedule_payment")
    assert str(first) == "b4f475f5-2c45-541e-98c3-e1d053983547"
    others = {
        command_id(2, event, "schedule_payment"),
        command_id(1, event, "ask_bank"),
        command_id(1, event, "schedule_payment", 1),
        command_id(1, recorded(event.fact, position=18), "schedule_payment"),
    }
    assert len(others | {first}) == 5
