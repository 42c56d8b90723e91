"""Steps are applied once, in order, by whoever comes first, and never half."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from migrations.apply import FOLDER, MigrationRefused, apply, pending, read_steps
from tests.migrations.beginner import begin
from tests.support.forked import FORKED
from tests.support.servers import TestServers, with_database

PROCESSES = 40


@pytest.fixture
def empty_database(servers: TestServers, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"bima_empty_{abs(hash(request.node.nodeid)):x}"
    with psycopg.connect(servers.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = with_database(servers.admin_url, name)
    yield url
    servers.drop_database(url)


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Two small steps of their own: a table, and a row in it."""
    write(tmp_path, "0001_first", "CREATE TABLE thing (n int)", "SELECT 'always', true")
    write(tmp_path, "0002_second", "INSERT INTO thing VALUES (1)",
          "SELECT 'one thing', count(*) = 1 FROM thing")  # fmt: skip
    return tmp_path


def write(folder: Path, name: str, up: str, check: str) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "up.sql").write_text(up)
    (folder / name / "check.sql").write_text(check)


def things(url: str) -> list[tuple[int]]:
    with psycopg.connect(url) as conn:
        return conn.execute("SELECT n FROM thing ORDER BY n").fetchall()


def test_steps_are_applied_once_and_in_order(empty_database: str, steps: Path) -> None:
    told: list[str] = []
    assert pending(empty_database, steps) == ["0001_first", "0002_second"]
    assert apply(empty_database, told.append, steps) == ["0001_first", "0002_second"] == told
    assert pending(empty_database, steps) == []
    assert apply(empty_database, told.append, steps) == []
    assert things(empty_database) == [(1,)]


def test_a_new_step_is_applied_to_an_older_database(empty_database: str, steps: Path) -> None:
    apply(empty_database, folder=steps)
    write(steps, "0003_third", "INSERT INTO thing VALUES (3)", "SELECT 'always', true")
    assert pending(empty_database, steps) == ["0003_third"]
    assert apply(empty_database, folder=steps) == ["0003_third"]


def test_an_edited_step_is_refused_by_name(empty_database: str, steps: Path) -> None:
    apply(empty_database, folder=steps)
    (steps / "0001_first" / "up.sql").write_text("CREATE TABLE thing (n bigint)")
    with pytest.raises(MigrationRefused, match=r"0001_first.*edited.*new step"):
        apply(empty_database, folder=steps)
    with pytest.raises(MigrationRefused, match="edited"):
        pending(empty_database, steps)


def test_a_step_that_fails_leaves_nothing_and_can_be_tried_again(
    empty_database: str, steps: Path
) -> None:
    write(steps, "0003_third", "INSERT INTO thing VALUES (3); SELECT 1/0", "SELECT 'x', true")
    with pytest.raises(MigrationRefused, match=r"0003_third.*division by zero"):
        apply(empty_database, folder=steps)
    assert things(empty_database) == [(1,)]
    write(steps, "0003_third", "INSERT INTO thing VALUES (3)", "SELECT 'x', true")
    assert apply(empty_database, folder=steps) == ["0003_third"]


def test_a_rule_that_does_not_hold_undoes_its_step(empty_database: str, steps: Path) -> None:
    write(steps, "0003_third", "INSERT INTO thing VALUES (1)",
          "SELECT 'no thing twice', count(*) = count(DISTINCT n) FROM thing")  # fmt: skip
    with pytest.raises(MigrationRefused, match="no thing twice"):
        apply(empty_database, folder=steps)
    assert things(empty_database) == [(1,)]


def test_an_older_program_does_not_touch_a_newer_database(empty_database: str, steps: Path) -> None:
    write(steps, "0003_third", "INSERT INTO thing VALUES (3)", "SELECT 'x', true")
    apply(empty_database, folder=steps)
    for path in (steps / "0003_third").iterdir():
        path.unlink()
    (steps / "0003_third").rmdir()
    with pytest.raises(MigrationRefused, match=r"0003_third.*newer version"):
        apply(empty_database, folder=steps)


def test_a_step_outside_a_transaction_says_so_in_its_first_line(
    empty_database: str, steps: Path
) -> None:
    write(steps, "0003_third", "-- no-transaction\nCREATE INDEX CONCURRENTLY thing_n ON thing (n);",
          "SELECT 'there', count(*) = 1 FROM pg_indexes WHERE indexname = 'thing_n'")  # fmt: skip
    assert apply(empty_database, folder=steps)[-1] == "0003_third"


@pytest.mark.parametrize(
    ("name", "said"), [("0002_other", "same number"), ("12_short", "named like")]
)
def test_a_folder_with_a_wrong_name_is_refused(steps: Path, name: str, said: str) -> None:
    write(steps, name, "SELECT 1", "SELECT 'x', true")
    with pytest.raises(MigrationRefused, match=said):
        read_steps(steps)


def test_a_step_needs_a_check(steps: Path) -> None:
    (steps / "0002_second" / "check.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"0002_second has no check\.sql"):
        read_steps(steps)


def test_every_step_of_the_product_says_why() -> None:
    for step in read_steps():
        assert (FOLDER / step.name / "notes.md").read_text().startswith("# ")


@pytest.mark.slow
def test_forty_processes_start_on_an_empty_database_at_once_and_each_appends(
    empty_database: str,
) -> None:
    told, running = [], []
    for _ in range(PROCESSES):
        here, there = FORKED.Pipe(duplex=False)
        running.append(FORKED.Process(target=begin, args=(empty_database, there)))
        running[-1].start()
        there.close()
        told.append(here)
    said = [one.recv() for one in told]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * PROCESSES
    assert sorted(made for made, _ in said) == [0] * (PROCESSES - 1) + [len(read_steps())]
    assert len({position for _, position in said}) == PROCESSES
