"""Two real exports, a 40 % quota share and an excess per life: quarter by quarter to the cent."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from adapters.postgres import connect
from adapters.settings import Settings
from cli.importing import synthea_csv
from cli.importing.recording import record
from commands.cessions import cede_claims
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.treaties import Placement, Signing, place_treaty, sign_treaty
from domain.actuarial.grain import Grain
from domain.actuarial.question import Form, Measure, Side
from domain.actuarial.triangle import calendar_totals
from domain.ids import treaty_id
from domain.money import Money, round_minor
from domain.periods import Period
from domain.ratio import Ratio
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    Kind,
    Participant,
    RiskLevel,
    Section,
    Treaty,
)
from domain.treaty.administration import Administration, ReportsEvery
from projections import PROJECTIONS
from projections.actuarial_request import Asked
from projections.actuary import Actuary
from projections.running import catch_up
from tests.imports.test_synthea import KNOWN

YEARS = Period(date(2020, 1, 1), date(2025, 1, 1))
ALL_TIME = date(2025, 12, 31)
PEERS = (Participant("Re One", Ratio.of("0.6")), Participant("Re Two", Ratio.of("0.4")))


def usd(amount: int) -> Money:
    return Money.of(amount, "USD")


QUOTA_SHARE = Treaty(
    "QS-US", "USD", (Section("QS", Kind.QUOTA_SHARE, cession=Ratio.of("0.40")),),
    priority=1, period=YEARS, participants=PEERS,
)  # fmt: skip
PER_LIFE = Treaty(
    "XL-US", "USD",
    (
        Section(
            "L1", Kind.PER_RISK_EXCESS, risk_level=RiskLevel.MEMBER,
            attribution=Attribution.IN_ORDER, risk=Cover(usd(500), usd(10_000)),
        ),
    ),
    priority=2, period=YEARS, participants=PEERS,
)  # fmt: skip


@pytest.fixture
def insurer(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings.model_validate(
        {"DATABASE_URL": database_url, "BIMA_HOME": tmp_path, "currency": "USD"}
    )
    desk = open_desk(settings)
    yield desk
    desk.store.close()


def by(desk: Desk) -> Context:
    command = uuid4()
    return Context("zawadi", command, command, desk.clock.now(), desk.clock.today())


def reinsure(desk: Desk) -> None:
    """Sign both treaties and strike every life that was imported."""
    administration = Administration(
        umr="B0001US", reinsured="Imported Mutual", reports=ReportsEvery.QUARTER
    )
    for terms in (QUOTA_SHARE, PER_LIFE):
        code = terms.treaty_id
        place_treaty(desk, by(desk), Placement(code, code, terms, administration))
        sign_treaty(desk, by(desk), Signing(treaty_id(code)))
    lives: dict[UUID, list[UUID]] = defaultdict(list)
    for event in desk.store.read_after(0, 10_000_000, names=["claim.taken_over"]):
        lives[event.fact.member_id].append(event.stream_id)
    for claims in lives.values():
        cede_claims(desk, by(desk), claims)


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["ma27", "ma10"])
def test_four_quarters_tie_to_the_published_totals(
    insurer: Desk, shared_data: Path, database_url: str, tmp_path: Path, folder: str
) -> None:
    record(insurer, synthea_csv.read(shared_data / "data/synthea-csv" / folder), show=False)
    reinsure(insurer)
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        zone, now = ZoneInfo("Africa/Dar_es_Salaam"), datetime.now(UTC)
        actuary = Actuary(conn, tmp_path, 1, zone, "USD", now)

        # 1. All that was paid, by payers and patients, is what the export publishes.
        paid = conn.execute(
            "SELECT sum(minor) FROM movements WHERE kind IN ('claim_paid', 'patient_paid')"
        ).fetchone()
        assert paid is not None
        assert Money(int(paid[0]), "USD") == Money.of(KNOWN[folder].payments, "USD")

        # 2. Gross is ceded and net, in every quarter; four of them have something in them.
        quarters = {
            side: calendar_totals(
                actuary.triangles(
                    Asked(
                        Measure.PAID, side, origin=Grain.QUARTER, development=Grain.QUARTER,
                        form=Form.INCREMENTAL, valued_on=ALL_TIME,
                    )
                ).triangles[0]
            )
            for side in Side
        }  # fmt: skip
        for quarter, gross in quarters[Side.GROSS].items():
            assert gross == quarters[Side.CEDED][quarter] + quarters[Side.NET][quarter], quarter
        reported = [quarter for quarter, taken in quarters[Side.CEDED].items() if taken][-4:]
        assert len(reported) == 4
        for quarter in reported:
            assert 0 < quarters[Side.CEDED][quarter] <= quarters[Side.GROSS][quarter], quarter

        # 3. The quota share takes 40 % of each claim, rounded once; the excess what is left of a
        #    life above 500, at most 10,000.
        rows = conn.execute(
            "SELECT claim_id, member_id, service_on, "
            "sum(minor) FILTER (WHERE kind = 'claim_paid'), "
            "sum(minor) FILTER (WHERE kind = 'ceded_paid' AND treaty_id = %s), "
            "sum(minor) FILTER (WHERE kind = 'ceded_paid' AND treaty_id = %s) "
            "FROM movements WHERE claim_id IS NOT NULL GROUP BY 1, 2, 3",
            (treaty_id("QS-US"), treaty_id("XL-US")),
        ).fetchall()
        kept: dict[UUID, int] = defaultdict(int)
        excess: dict[UUID, int] = defaultdict(int)
        for _, member, service_on, gross, quota, above in rows:
            inside = YEARS.holds(service_on)
            share = round_minor(Fraction(int(gross or 0)) * Fraction(2, 5)) if inside else 0
            assert int(quota or 0) == share
            kept[member] += int(gross or 0) - share if inside else 0
            excess[member] += int(above or 0)
        for member, left in kept.items():
            assert excess[member] == min(max(left - 50_000, 0), 1_000_000)
        assert sum(excess.values()) > 0

        # 4. What was known before the import is nothing, whatever is asked of it.
        before = replace(Asked(), known_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert actuary.triangles(before).triangles == ()
