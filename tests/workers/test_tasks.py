"""The list of what is to be done, in the ledger's database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from adapters.postgres import Pool
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import LONGEST_NOTE, ReactionTasks, Task

SECOND = timedelta(seconds=1)
LONG = timedelta(minutes=5)
NOW = timedelta(0)


def put_down(pool: Pool, tasks: ReactionTasks, *them: Task, after: timedelta = NOW) -> None:
    with pool.connection() as conn:
        tasks.add(conn, them, after)


def task(position: int, reaction: str = "ask_bank", queue: str = "payments") -> Task:
    return Task(position, reaction, queue)


def states(pool: Pool) -> dict[int, str]:
    with pool.connection() as conn:
        return dict(conn.execute("SELECT position, state FROM reaction_task").fetchall())


def test_a_task_is_added_once(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, task(1), task(2))
    tasks.done({(1, "ask_bank"): ""})
    put_down(pool, tasks, task(1), task(2), task(3))
    assert states(pool) == {1: "done", 2: "due", 3: "due"}


def test_only_one_of_many_takes_a_task(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, task(1))
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: tasks.take([(1, "ask_bank")], LONG), range(40)))
    assert [tried for tried in taken if tried] == [{(1, "ask_bank"): 1}]


def test_a_lease_that_has_run_out_frees_the_task(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, task(1))
    assert tasks.take([(1, "ask_bank")], NOW) == {(1, "ask_bank"): 1}
    assert tasks.take([(1, "ask_bank")], LONG) == {(1, "ask_bank"): 2}
    assert tasks.take([(1, "ask_bank")], LONG) == {}


def test_overdue_tasks_come_in_order_and_less_and_less_often(
    pool: Pool, tasks: ReactionTasks
) -> None:
    put_down(pool, tasks, task(3), task(1), task(2))
    put_down(pool, tasks, task(4), after=LONG)
    assert [it.position for it in tasks.overdue(10, SECOND, LONG)] == [1, 2, 3]
    assert tasks.overdue(10, SECOND, LONG) == []
    waits: list[float] = []
    for _ in range(12):
        with pool.connection() as conn:
            for (wait,) in conn.execute(
                "SELECT extract(epoch FROM next_attempt_at - clock_timestamp())::float8 "
                "FROM reaction_task WHERE position = 1"
            ):
                waits.append(wait)
            conn.execute("UPDATE reaction_task SET next_attempt_at = now() WHERE position = 1")
        tasks.overdue(10, SECOND, LONG)
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_sweepers_side_by_side_never_pick_the_same_task(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, *(task(position) for position in range(1, 401)))
    with ThreadPoolExecutor(8) as threads:
        picked = list(threads.map(lambda _: tasks.overdue(50, LONG, LONG), range(16)))
    positions = [it.position for batch in picked for it in batch]
    assert sorted(positions) == list(range(1, 401))


def test_what_somebody_has_in_hand_is_not_sent_again(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, task(1), task(2))
    tasks.take([(1, "ask_bank")], LONG)
    assert [it.position for it in tasks.overdue(10, SECOND, LONG)] == [2]


def test_failures_are_listed_retried_and_set_aside(
    pool: Pool, tasks: ReactionTasks, failures: ReactionFailures
) -> None:
    put_down(pool, tasks, task(1), task(2), task(3))
    for position in (1, 2, 3):
        tasks.take([(position, "ask_bank")], LONG)
        tasks.fail((position, "ask_bank"), f"reason {position}")
    assert [(it.position, it.note) for it in failures.all()] == [
        (1, "reason 1"),
        (2, "reason 2"),
        (3, "reason 3"),
    ]
    (standing,) = failures.standing()
    assert (standing.queue, standing.due, standing.failed) == ("payments", 0, 3)

    assert failures.retry([(1, "ask_bank"), (9, "ask_bank")]) == 1
    assert tasks.take([(1, "ask_bank")], LONG) == {(1, "ask_bank"): 1}
    assert failures.discard([(2, "ask_bank")], "paid by hand") == 1
    assert states(pool) == {1: "due", 2: "discarded", 3: "failed"}
    assert tasks.reactions_of(2) == [("ask_bank", "discarded", "paid by hand (was: reason 2)")]
    assert failures.retry([(2, "ask_bank")]) == 0  # what was set aside stays so


def test_an_ended_task_does_not_change_any_more(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, task(1))
    tasks.done({(1, "ask_bank"): "first"})
    tasks.fail((1, "ask_bank"), "too late")
    tasks.postpone((1, "ask_bank"), LONG, "too late")
    tasks.done({(1, "ask_bank"): "too late"})
    assert tasks.take([(1, "ask_bank")], LONG) == {}
    assert tasks.reactions_of(1) == [("ask_bank", "done", "first")]


def test_an_endless_reason_is_cut(
    pool: Pool, tasks: ReactionTasks, failures: ReactionFailures
) -> None:
    put_down(pool, tasks, task(1))
    tasks.fail((1, "ask_bank"), "x" * 1_000_000)
    assert len(failures.all()[0].note) == LONGEST_NOTE


def test_old_ended_tasks_are_forgotten_and_nothing_else(pool: Pool, tasks: ReactionTasks) -> None:
    put_down(pool, tasks, *(task(position) for position in range(1, 5)))
    tasks.done({(1, "ask_bank"): ""})
    tasks.done({(2, "ask_bank"): ""})
    tasks.fail((3, "ask_bank"), "why")
    with pool.connection() as conn:
        conn.execute("UPDATE reaction_task SET made_at = now() - interval '1 year'")
        conn.execute(
            "UPDATE reaction_task SET ended_at = now() - interval '8 days' WHERE position = 1"
        )
    assert tasks.forget(timedelta(days=7)) == 1
    assert states(pool) == {2: "done", 3: "failed", 4: "due"}


def test_insurers_do_not_see_each_others_tasks(pool: Pool, tasks: ReactionTasks) -> None:
    other = ReactionTasks(pool, 2)
    put_down(pool, tasks, task(1))
    put_down(pool, other, task(1))
    assert other.take([(1, "ask_bank")], LONG) == {(1, "ask_bank"): 1}
    assert tasks.take([(1, "ask_bank")], LONG) == {(1, "ask_bank"): 1}
    tasks.fail((1, "ask_bank"), "why")
    assert ReactionFailures(pool, 2).all() == []
