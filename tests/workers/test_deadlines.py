"""What nobody settles in time falls due by itself, once, on its day and not before."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from typer.testing import CliRunner

from adapters.settings import get_settings
from cli.deadlines import app
from commands.desk_work import Inquiry, request_information
from commands.fraud_cases import Investigation, investigate
from commands.policies import NewPolicy, issue_policy, receive_premium
from commands.preauthorisations import Approval, Plan, approve_request, request_approval
from commands.products import product_id
from domain.ids import fraud_case_id
from domain.policy.events import Instalment
from domain.preauthorisation.events import PlannedItem
from tests.support.insurer import CONSULTATION, YEAR, Insurer, tzs
from tests.support.saga import Machinery


@pytest.fixture
def insurer(insurer: Insurer) -> Iterator[Insurer]:
    """With people who may approve, and settings that are read again."""
    roles = {**insurer.roles, "zawadi": frozenset({"medical_reviewer", "claims_manager"})}
    yield replace_roles(insurer, roles)
    get_settings.cache_clear()


def replace_roles(insurer: Insurer, roles: dict[str, frozenset[str]]) -> Insurer:
    insurer.roles = roles
    return insurer


def fall_due(insurer: Insurer, running: Machinery, day: date) -> None:
    """It becomes that day, for the insurer and for the table of what waits."""
    before = insurer.clock.now()
    insurer.clock.set(insurer.clock.begins(day) + timedelta(hours=1))
    with running.store.pool.connection() as conn:
        conn.execute(
            "UPDATE reaction_task SET next_attempt_at = next_attempt_at - %s WHERE state = 'waits'",
            (insurer.clock.now() - before,),
        )
    running.wait_for(lambda: not due_before(running), "what is due")
    running.drain()


def due_before(running: Machinery) -> bool:
    with running.store.pool.connection() as conn:
        row = conn.execute(
            "SELECT EXISTS (SELECT FROM reaction_task WHERE state = 'waits' "
            "AND next_attempt_at <= now())"
        ).fetchone()
    return bool(row and row[0])


def a_policy(insurer: Insurer, member: UUID, *due_on: date) -> UUID:
    instalments = tuple(Instalment(day, tzs(100_000)) for day in due_on)
    premium = tzs(100_000 * len(due_on))
    wanted = NewPolicy(product_id("MSINGI"), member, (member,), YEAR, premium, instalments)
    return UUID(issue_policy(insurer.desk, insurer.by("amina"), wanted).answer["id"])


def test_each_deadline_comes_about_on_its_day_where_nobody_acted_and_only_then(
    insurer: Insurer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, (member, covered) = insurer.clinic(), insurer.member()
    unpaid = a_policy(insurer, member, date(2025, 6, 10), date(2025, 9, 10))
    paid = a_policy(insurer, member, date(2025, 6, 10))
    receive_premium(insurer.desk, insurer.by("amina"), unpaid, tzs(100_000), "R-1")
    receive_premium(insurer.desk, insurer.by("amina"), paid, tzs(100_000), "R-2")
    with Machinery(insurer) as running:
        claim = insurer.claims((member, covered), clinic)
        asked = UUID(
            request_approval(
                insurer.desk, insurer.by("juma"), a_plan(member, covered, clinic)
            ).answer["id"]
        )
        approve_request(insurer.desk, insurer.by("zawadi"), Approval(asked, date(2025, 7, 1)))
        running.drain()
        investigate(insurer.desk, insurer.by("baraka"), Investigation(claim, date(2025, 6, 20)))
        running.drain()
        monkeypatch.setenv("DATABASE_URL", insurer.settings.database_url)
        get_settings.cache_clear()
        listed = CliRunner().invoke(app, []).output
        for name in ("grace_ends", "approval_expires", "investigation_overdue"):
            assert name in listed, listed
        fall_due(insurer, running, date(2025, 6, 20))  # the last day: nothing is over yet
        case = fraud_case_id(claim)
        assert insurer.story(case)[-1] == "fraud_case.investigation_opened"
        fall_due(insurer, running, date(2025, 6, 21))
        assert insurer.story(case)[-1] == "fraud_case.investigation_overdue"
        fall_due(insurer, running, date(2025, 7, 1))
        assert insurer.story(asked)[-1] == "preauthorisation.expired"
        fall_due(insurer, running, date(2025, 7, 10))  # the first grace: everything is paid
        assert "policy.lapsed" not in insurer.story(unpaid)
        fall_due(insurer, running, date(2025, 10, 10))  # the second one's
        assert insurer.story(unpaid).count("policy.lapsed") == 1
        fall_due(insurer, running, date(2025, 12, 1))
        assert insurer.story(unpaid).count("policy.lapsed") == 1
        assert "policy.lapsed" not in insurer.story(paid)
        assert running.in_state("failed") == []


def a_plan(member: UUID, policy: UUID, clinic: UUID) -> Plan:
    item = PlannedItem(1, CONSULTATION, "Consultation", "outpatient", Decimal(1), tzs(15_000))
    day = date(2025, 6, 9)
    return Plan(member, policy, clinic, "outpatient", day, day, ("B54",), (item,))


def test_an_answer_that_does_not_come_is_noted(insurer: Insurer) -> None:
    claim = insurer.claims(insurer.member(), insurer.clinic())
    request_information(
        insurer.desk, insurer.by("neema"), Inquiry(claim, "the referral", "provider")
    )
    with Machinery(insurer) as running:
        running.drain()
        fall_due(insurer, running, date(2025, 7, 2))
        assert insurer.story(claim)[-1] == "claim.information_overdue"
