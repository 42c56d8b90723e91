"""An approval is asked for, answered by somebody else, and used once before it ends."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.adjudication.preauthorisation import AddItem, CancelItem, ChangeItem
from domain.money import Money
from domain.preauthorisation import PREAUTHORISATION
from domain.preauthorisation.decide import (
    ApproveRequest,
    CancelRequest,
    ExpireRequest,
    NewItem,
    PendRequest,
    RejectRequest,
    RequestApproval,
    UpdateItems,
    UseApproval,
)
from domain.preauthorisation.events import (
    PlannedItem,
    PreauthorisationApproved,
    PreauthorisationCancelled,
    PreauthorisationExpired,
    PreauthorisationPended,
    PreauthorisationRejected,
    PreauthorisationRequested,
    PreauthorisationUpdated,
    PreauthorisationUsed,
)
from tests.support.sample_facts import CLAIM, DETERMINATION, MEMBER, POLICY, PRODUCT, PROVIDER
from tests.support.scenario import given

TODAY, LATER = date(2025, 8, 20), date(2025, 10, 1)


def tzs(shillings: int) -> Money:
    return Money.of(shillings, "TZS")


OPERATION = PlannedItem(1, "SUR-210", "Appendectomy", "surgery", Decimal(1), tzs(850_000))
WARD = PlannedItem(2, "WARD-1", "A night", "ward", Decimal(2), tzs(100_000))
REQUEST = RequestApproval(
    number="PRE-2025-00001",
    member_id=MEMBER,
    policy_id=POLICY,
    provider_id=PROVIDER,
    kind="inpatient",
    service_from=date(2025, 9, 1),
    service_until=date(2025, 9, 3),
    diagnoses=("K35.8",),
    items=(OPERATION, WARD),
    requested_by="muhimbili",
    requested_on=TODAY,
)
REQUESTED = PreauthorisationRequested(
    "PRE-2025-00001", MEMBER, POLICY, PROVIDER, "inpatient", date(2025, 9, 1), date(2025, 9, 3),
    ("K35.8",), (OPERATION, WARD), tzs(950_000), "muhimbili", TODAY,
)  # fmt: skip
APPROVE = ApproveRequest(DETERMINATION, LATER, "rehema", PRODUCT, 1, TODAY)
APPROVED = PreauthorisationApproved(
    DETERMINATION, DETERMINATION.plan_pays, LATER, "rehema", PRODUCT, 1
)


def test_a_request_adds_up_its_items_and_is_made_once() -> None:
    given(PREAUTHORISATION).when(REQUEST).then(REQUESTED).when(REQUEST).then_refused(
        "preauthorisation.already_requested"
    )


def test_a_request_without_items_or_with_days_in_the_wrong_order_is_refused() -> None:
    given(PREAUTHORISATION).when(replace(REQUEST, items=())).then_refused(
        "preauthorisation.item_count"
    )
    given(PREAUTHORISATION).when(replace(REQUEST, service_until=date(2025, 8, 31))).then_refused(
        "preauthorisation.ends_before_start"
    )
    nothing = (replace(OPERATION, quantity=Decimal(0)),)
    given(PREAUTHORISATION).when(replace(REQUEST, items=nothing)).then_refused(
        "preauthorisation.quantity_not_positive"
    )


def test_it_is_approved_by_somebody_else_for_a_time_that_is_not_over() -> None:
    asked = given(PREAUTHORISATION, REQUESTED)
    asked.when(replace(APPROVE, approver="muhimbili")).then_refused("preauthorisation.same_person")
    asked.when(replace(APPROVE, valid_until=TODAY)).then_refused(
        "preauthorisation.valid_for_no_day"
    )
    asked.when(APPROVE).then(APPROVED)


def test_what_is_asked_back_and_answered_by_an_update_waits_again() -> None:
    changes = (CancelItem(2), AddItem("ICU-1", Decimal(1)), ChangeItem(1, quantity=Decimal(2)))
    added = (NewItem("Intensive care", "ward", tzs(300_000)),)
    (
        given(PREAUTHORISATION, REQUESTED)
        .when(PendRequest(("the surgeon's letter",)))
        .then(PreauthorisationPended(("the surgeon's letter",)))
        .when(UpdateItems(changes, added, ((1, tzs(1_700_000)),)))
        .then(
            PreauthorisationUpdated(
                (
                    replace(
                        OPERATION, quantity=Decimal(2), estimated=tzs(1_700_000), change="changed"
                    ),
                    replace(WARD, cancelled=True, change="changed"),
                    PlannedItem(
                        3, "ICU-1", "Intensive care", "ward", Decimal(1), tzs(300_000),
                        change="added",
                    ),
                ),
                tzs(2_000_000),
            )
        )
        .when(APPROVE)
        .then(APPROVED)
    )  # fmt: skip


def test_a_rejection_says_why() -> None:
    asked = given(PREAUTHORISATION, REQUESTED)
    asked.when(RejectRequest((), "rehema")).then_refused("preauthorisation.rejected_without_reason")
    asked.when(RejectRequest(("NOT_COVERED",), "rehema")).then(
        PreauthorisationRejected(("NOT_COVERED",), "rehema")
    ).when(APPROVE).then_refused("preauthorisation.wrong_stage")


def test_an_approval_is_used_once() -> None:
    (
        given(PREAUTHORISATION, REQUESTED, APPROVED)
        .when(UseApproval(CLAIM, "CLM-2025-00001"))
        .then(PreauthorisationUsed(CLAIM, "CLM-2025-00001"))
        .when(UseApproval(CLAIM, "CLM-2025-00002"))
        .then_refused("preauthorisation.wrong_stage")
    )


def test_an_approval_expires_on_its_day_and_not_before() -> None:
    approved = given(PREAUTHORISATION, REQUESTED, APPROVED)
    approved.when(ExpireRequest(date(2025, 9, 30))).then_refused("preauthorisation.still_valid")
    approved.when(ExpireRequest(LATER)).then(PreauthorisationExpired(LATER))


def test_an_approval_may_be_taken_back_but_not_once_used() -> None:
    approved = given(PREAUTHORISATION, REQUESTED, APPROVED)
    approved.when(CancelRequest("abroad")).then(PreauthorisationCancelled("abroad"))
    used = given(PREAUTHORISATION, REQUESTED, APPROVED, PreauthorisationUsed(CLAIM, "CLM-1"))
    used.when(CancelRequest("abroad")).then_refused("preauthorisation.wrong_stage")
