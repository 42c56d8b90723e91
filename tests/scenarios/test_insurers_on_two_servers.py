"""Six insurers on two PostgreSQL servers: each lies whole on one, and neither knows the other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from adapters.event_store import EventStore
from adapters.placement import Placement
from adapters.postgres import connect
from commands.members import Enrolment, enrol_member
from deploy.postgres import TEST_SETTINGS, PostgresServer
from domain.events import CATALOGUE
from domain.member import MEMBER
from domain.refusals import AlreadyTaken
from migrations.apply import apply
from projections import PROJECTIONS
from projections.running import catch_up
from projections.verifying import verify
from tests.support.insurer import Insurer, settings_for
from tests.support.sample_facts import DETAILS

TENANTS = range(1, 7)
PERSON = replace(DETAILS, national_id="19700101-11111-00007-11")


@dataclass
class TwoServers:
    urls: dict[str, str]
    placement: Placement

    def insurer(self, tenant: int, redis_url: str, state: Path) -> Insurer:
        settings = settings_for(self.placement.url_of(tenant), redis_url, state)
        return Insurer(settings.model_copy(update={"tenant": tenant}))


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[TwoServers]:
    """The server of all tests, and another of this test's own."""
    other = PostgresServer(tmp_path / "second", TEST_SETTINGS)
    urls = {"first": database_url, "second": other.start()}
    try:
        apply(urls["second"])
        yield TwoServers(urls, Placement(urls))
    finally:
        other.stop()


def test_each_insurer_lies_whole_on_one_server(
    pair: TwoServers, redis_url: str, tmp_path: Path
) -> None:
    member = UUID("01890000-0000-7000-8000-0000000000aa")  # ids come from the client
    insurers = {t: pair.insurer(t, redis_url, tmp_path / str(t)) for t in TENANTS}
    for insurer in insurers.values():
        insurer.open_for_business()
        # The same id and the same national id at every insurer: nothing of them meets.
        enrol_member(insurer.desk, insurer.by("amina"), Enrolment(PERSON, member_id=member))
        clinic = insurer.clinic()
        insurer.claims(insurer.member(), clinic)
        with pytest.raises(AlreadyTaken):
            enrol_member(insurer.desk, insurer.by("amina"), Enrolment(PERSON))

    where = {tenant: pair.placement.name_of(tenant) for tenant in TENANTS}
    assert set(where.values()) == {"first", "second"}
    for name, url in pair.urls.items():
        own = sorted(tenant for tenant in TENANTS if where[tenant] == name)
        assert tenants_in(url) == dict.fromkeys(TABLES, own)
        catch_up(url, PROJECTIONS)
        assert [check for check in verify(url) if not check.holds] == []
    assert len(set(logs(pair))) == 2, "positions belong to the log that they were given in"
    for insurer in insurers.values():
        insurer.desk.store.close()


def test_a_server_that_is_away_stops_only_its_own_insurers(
    pair: TwoServers, redis_url: str, tmp_path: Path
) -> None:
    there = next(t for t in TENANTS if pair.placement.name_of(t) == "first")
    nowhere = Placement({"first": pair.urls["first"], "second": "postgresql://nobody:1/none"})
    insurer = pair.insurer(there, redis_url, tmp_path)
    with EventStoreOf(nowhere.url_of(there), there) as store:
        answer = enrol_member(insurer.desk, insurer.by("amina"), Enrolment(PERSON)).answer
        assert store.load(MEMBER, UUID(answer["id"])).version == 1
    insurer.desk.store.close()


class EventStoreOf:
    """A store for the length of a block."""

    def __init__(self, url: str, tenant: int) -> None:
        self.store = EventStore(url, CATALOGUE, tenant=tenant)

    def __enter__(self) -> EventStore:
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


TABLES = ("es_event", "es_receipt", "vault.person_key")


def tenants_in(url: str) -> dict[str, list[int]]:
    with connect(url) as conn:
        return {
            table: [
                tenant
                for (tenant,) in conn.execute(
                    f"SELECT DISTINCT tenant FROM {table} ORDER BY 1".encode()
                )
            ]
            for table in TABLES
        }


def logs(pair: TwoServers) -> list[str]:
    """What each log is called in its checkpoints."""
    found = []
    for url in pair.urls.values():
        with connect(url) as conn:
            conn.execute("INSERT INTO seal_log DEFAULT VALUES ON CONFLICT DO NOTHING")
            ((log_id,),) = conn.execute("SELECT log_id::text FROM seal_log").fetchall()
            found.append(log_id)
    return found
