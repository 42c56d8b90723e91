"""Twenty of two hundred members are erased: nothing of them is left, and every figure stays."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg import sql

from adapters.identities import Identities, Kind, User
from adapters.personal_contents import PersonalContents
from adapters.postgres import connect
from commands import claims, payments, underwriting
from commands.beneficiaries import Nomination, nominate_beneficiary
from commands.biometrics import Capture, register_biometric
from commands.emergency_contacts import NewContact, name_emergency_contact
from commands.member_profiles import Photo, ProfileChange, change_profile, take_photo
from commands.members import Enrolment, enrol_member
from commands.policies import NewPolicy, issue_policy
from commands.products import product_id
from domain.beneficiary.events import Kinship, Nominee
from domain.biometric.events import Modality
from domain.claim import CLAIM
from domain.claim.events import ClaimScored, Payee
from domain.emergency_contact.events import Contact
from domain.ids import payment_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.member.events import MemberDetails, Profile, Sex
from domain.member.state import Erased
from domain.underwriting.events import Declaration, Occupation
from projections import PROJECTIONS
from projections.bordereaux import BORDEREAUX
from projections.person_export import everything_of
from projections.running import catch_up
from projections.verifying import verify
from tests.support.canaries import canary, found, marker, traces
from tests.support.commands import bima
from tests.support.insurer import YEAR, Insurer, tzs

MEMBERS, ERASED = 200, range(0, 200, 10)
PROJECT = Path(__file__).resolve().parents[2]
MONTH = "2025-06"


@dataclass
class Life:
    """One made-up person: the canaries in the fields of their life, and what is theirs."""

    person: int
    member: UUID = field(init=False)
    number: str = field(init=False)
    photo: str = ""

    def text(self, name: str) -> str:
        return canary("gone" if self.person in ERASED else "stays", self.person, name)

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.text(name) for name in FIELDS}


FIELDS = (
    "first", "last", "nin", "phone", "mail", "district", "ward", "diagnosis", "denial",
    "prepared", "condition", "exclusion", "username", "shown", "address", "employer", "contact",
    "nominee", "guardian", "wanted",
)  # fmt: skip


class Town:
    """Two hundred people with policies and claims of every kind."""

    def __init__(self, insurer: Insurer) -> None:
        self.insurer = insurer
        self.desk = insurer.desk
        self.clinic = insurer.clinic()
        self.lives = [Life(person) for person in range(MEMBERS)]
        for life in self.lives:
            self.live(life)

    def live(self, life: Life) -> None:
        """Enrolled, insured, with one claim denied and one repaid, and an application."""
        desk, by = self.desk, self.insurer.by
        details = MemberDetails(
            life.text("first"), life.text("last"), date(1971, 1, 2 + life.person % 27), Sex.FEMALE,
            life.text("nin"), life.text("phone"), life.text("mail"), "Tanga",
            life.text("district"), life.text("ward"),
        )  # fmt: skip
        answer = enrol_member(desk, by("amina"), Enrolment(details)).answer
        life.member, life.number = UUID(answer["id"]), answer["number"]
        policy = NewPolicy(product_id("MSINGI"), life.member, (life.member,), YEAR, tzs(600_000))
        covered = life.member, UUID(issue_policy(desk, by("amina"), policy).answer["id"])
        denied = self.insurer.claims(covered, self.clinic, diagnoses=(life.text("diagnosis"),))
        self.score(denied)
        claims.deny_claim(
            desk, by("rehema"), claims.Denial(denied, ("NOT_COVERED",), life.text("denial"))
        )
        if life.person % 5 == 0:
            self.repay(life, covered)
            self.apply(life)
            self.belong(life)
            user = User(
                uuid4(), life.text("username"), life.text("shown"), Kind.MEMBER,
                frozenset({"member"}), life.member,
            )  # fmt: skip
            Identities(desk.store.pool, desk.store.tenant).add(user, None)

    def score(self, claim: UUID) -> None:
        scored = ClaimScored(Decimal(0), "rules-1", (), 0, suspends=False)
        meta = self.insurer.by("saga").meta()
        self.desk.store.append(self.desk.store.load(CLAIM, claim), [scored], meta)

    def repay(self, life: Life, covered: tuple[UUID, UUID]) -> None:
        desk, by = self.desk, self.insurer.by
        claim = self.insurer.claims(
            covered, self.clinic, payee=Payee.MEMBER, diagnoses=("B54", life.text("diagnosis"))
        )
        self.score(claim)
        claims.adjudicate_claim(desk, by("saga"), claims.ClaimStep(claim))
        payments.schedule_payment(desk, by("saga"), payments.PaymentOfClaim(claim))
        step = payments.PaymentStep(payment_id(claim))
        payments.instruct_payment(desk, by("saga"), step)
        payments.ask_bank(desk, by("saga"), step)

    def apply(self, life: Life) -> None:
        declaration = Declaration(54, True, 402, (life.text("condition"),), Occupation.HIGH_RISK)
        application = underwriting.Application(
            life.member, tzs(9_000_000), tzs(75_000), declaration
        )
        underwriting.open_case(self.desk, self.insurer.by("grace"), application)

    def belong(self, life: Life) -> None:
        """A profile that is to change, a contact, a beneficiary, a photo and a finger."""
        desk, by, who = self.desk, self.insurer.by("neema"), life.member
        details = enrolled(desk.store.load(MEMBER, who).state).details
        profile = Profile(address=life.text("address"), employer=life.text("employer"))
        change_profile(desk, by, ProfileChange(who, details, profile))
        wanted = replace(details, last_name=life.text("wanted"))
        change_profile(desk, self.insurer.by("neema"), ProfileChange(who, wanted, profile))
        contact = NewContact(who, Contact(life.text("contact"), "+255 700 000 000"))
        name_emergency_contact(desk, self.insurer.by("neema"), contact)
        nominee = Nominee(
            life.text("nominee"), Kinship.CHILD, date(2020, 1, 1), guardian=life.text("guardian")
        )
        nominate_beneficiary(desk, self.insurer.by("neema"), Nomination(who, nominee, 10_000))
        contents = PersonalContents(desk.store)
        life.photo = contents.keep(who, life.text("photo").encode())
        photo = Photo(who, "image/jpeg", 100, life.photo)
        take_photo(desk, self.insurer.by("neema"), photo)
        finger = Capture(
            who, Modality.FINGER, "thumb", 80, "net-3", "desk", life.text("finger").encode() * 4
        )
        register_biometric(desk, self.insurer.by("neema"), finger)


@pytest.fixture
def town(insurer: Insurer) -> Town:
    return Town(insurer)


def test_nothing_is_left_of_those_who_were_erased(town: Town, tmp_path: Path) -> None:
    desk, dsn = town.desk, town.desk.store.pool.dsn
    at = catch_up(dsn, PROJECTIONS)
    gone = [town.lives[person] for person in ERASED]
    before = figures(dsn, tmp_path / "before", at)
    with connect(dsn) as conn:
        log = list(stored(conn))
        handed_out = msgspec.json.encode(everything_of(conn, 1, gone[0].member)).decode()
    for name, text in gone[0].texts.items():
        if name not in ("prepared", "exclusion"):
            assert text in handed_out, f"{name} is missing from what the person is given"

    told = erase(town, tmp_path, *(life.number for life in gone))
    assert told.count("erased") >= len(gone)

    wanted, known = traces(marker("gone")), traces(marker("stays"))
    control = set()
    for where, data in everything(dsn, tmp_path):
        left = found(wanted, data)
        assert not left, f"{where}: {left[:3]}"
        if found(known, data):
            control.add(where)
    assert "public.members" in control, "the search does not find even those who stay"
    for life in gone:
        assert desk.store.load(MEMBER, life.member).state == Erased(life.number)
        assert PersonalContents(desk.store).find(life.member, life.photo) is None
    stays = next(life for life in town.lives if life.person == 5)
    photo = PersonalContents(desk.store).find(stays.member, stays.photo)
    assert photo == stays.text("photo").encode()
    with connect(dsn) as conn:
        (templates,) = conn.execute("SELECT count(*) FROM biometric.template").fetchone() or (0,)
        (keys,) = conn.execute(_KEYS_OF_RECORDS).fetchone() or (0,)
    assert templates == keys == MEMBERS // 5 - len(gone), "templates and their keys are destroyed"

    assert figures(dsn, tmp_path / "after", at) == before
    with connect(dsn) as conn:
        assert list(stored(conn))[: len(log)] == log
        names = conn.execute("SELECT first_name FROM members ORDER BY number").fetchall()
    assert [name for (name,) in names] == [
        "erased" if life.person in ERASED else life.text("first") for life in town.lives
    ]
    faults = [check for check in verify(dsn) if not check.holds]
    assert faults == []


def erase(town: Town, home: Path, *numbers: str, code: int = 0) -> str:
    """What `bima erase member` says, as it is run by hand."""
    done = bima(
        town.desk.store.pool.dsn, home, "erase", "member", *numbers,
        "--reason", "asked for it", "--requested-by", "amina", "--approved-by", "grace",
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def figures(dsn: str, folder: Path, at: int) -> dict[str, object]:
    """Reports as known at a position, and sums: they tell nobody who somebody is."""
    folder.mkdir()
    with connect(dsn) as conn:
        issued = {
            kind: write(conn, MONTH, at, folder / kind).sha256 for kind, write in BORDEREAUX.items()
        }
        sums = conn.execute(
            "SELECT kind, diagnosis_group, count(*), sum(billed_minor), max(paid) FROM ("
            " SELECT r.*, (SELECT sum(amount_minor) FROM payments) AS paid FROM claim_register r"
            ") x GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    return {"issued": issued, "sums": sums}


def stored(conn: psycopg.Connection[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """The bytes of the log, and the chain over them."""
    yield from conn.execute("SELECT position, data, sealed, hash FROM es_event ORDER BY position")


def everything(dsn: str, home: Path) -> Iterator[tuple[str, bytes]]:
    """Every table of every schema as text, the server's files, and what was written or logged."""
    with connect(dsn) as conn:
        for schema, table in conn.execute(_TABLES).fetchall():
            name = sql.Identifier(schema, table)
            with conn.cursor().copy(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(name)) as c:
                yield f"{schema}.{table}", b"".join(bytes(part) for part in c)
        conn.execute("CHECKPOINT")
        names: dict[str, str] = dict(conn.execute(_RELATIONS).fetchall())
        ((folder, number),) = conn.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchall()
    files = Path(folder) / "base" / str(number)
    if os.access(files, os.R_OK):
        for path in sorted(files.iterdir()):
            with suppress(FileNotFoundError):  # the server removes its own as it goes
                relation = names.get(path.name.partition(".")[0].partition("_")[0], "nothing")
                yield f"{path.name} of {relation}", path.read_bytes()
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.parent.name != "before":
            yield str(path), path.read_bytes()


_RELATIONS = "SELECT pg_relation_filenode(oid)::text, oid::regclass::text FROM pg_class"
_KEYS_OF_RECORDS = "SELECT count(*) FROM biometric.template_key"
_TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('information_schema')
  AND has_table_privilege(c.oid, 'SELECT') AND c.relname NOT IN ('pg_largeobject')
ORDER BY 1, 2"""
