"""How one task ends: done, tried again, given up, or left to whoever has it in hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from dramatiq.middleware.time_limit import TimeLimitExceeded

from adapters.bank import BankUnreachable
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import ReactionTasks, Task
from commands.handling import LostRace, Outcome
from domain.claim.state import Stage
from domain.refusals import RuleBroken, WrongStage
from projections import PROJECTIONS
from projections.running import catch_up
from tests.support.insurer import Insurer
from workers import carrying_out, handling
from workers.carrying_out import NotReadyYet
from workers.feed import tasks_of
from workers.handling import BACKOFF, Handler
from workers.place import open_handler
from workers.requests import AdjudicateClaim, ScoreClaim

SCORE = "score_for_fraud"


@pytest.fixture
def handler(insurer: Insurer) -> Iterator[Handler]:
    opened = open_handler(insurer.settings, clock=insurer.clock)
    yield opened
    opened._place.desk.store.close()


@pytest.fixture
def position(insurer: Insurer, tasks: ReactionTasks) -> int:
    """The position of a submitted claim whose scoring is to be done."""
    claim = insurer.claims(insurer.member(), insurer.clinic())
    position = insurer.desk.store.stream(claim)[0].position
    put_down(insurer, tasks, Task(position, SCORE, "claims"))
    return position


@pytest.fixture
def scoring(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Have the use case behind the task fail, or do something of the test's own."""
    monkeypatch.setattr(handler._place.read_models, "reached", lambda *_: True)

    def becomes(what: Any) -> None:
        def instead(*_: Any) -> Outcome:
            if isinstance(what, BaseException):
                raise what
            what()
            return Outcome({}, None, None)

        monkeypatch.setitem(dict_of_use_cases(), ScoreClaim, instead)

    return becomes


def dict_of_use_cases() -> dict[type, Any]:
    assert isinstance(carrying_out.USE_CASES, dict)
    return carrying_out.USE_CASES


def put_down(insurer: Insurer, tasks: ReactionTasks, *them: Task) -> None:
    with insurer.desk.store.pool.connection() as conn:
        tasks.add(conn, them, timedelta(0))


def row(insurer: Insurer, position: int) -> tuple[str, int, float, bool, str]:
    """State, tries, seconds until the next attempt, whether somebody has it, and the note."""
    with insurer.desk.store.pool.connection() as conn:
        found = conn.execute(
            "SELECT state, tries, extract(epoch FROM next_attempt_at - clock_timestamp())::float8,"
            " leased_until IS NOT NULL, note FROM reaction_task WHERE position = %s",
            (position,),
        ).fetchone()
    assert found is not None
    return found


def open_again(insurer: Insurer, position: int) -> None:
    with insurer.desk.store.pool.connection() as conn:
        conn.execute(
            "UPDATE reaction_task SET state = 'due', ended_at = NULL, tries = 0 "
            "WHERE position = %s",
            (position,),
        )


def test_what_succeeds_is_done_and_not_done_again(
    insurer: Insurer, handler: Handler, position: int, scoring: Callable[[Any], None]
) -> None:
    done: list[int] = []
    scoring(lambda: done.append(1))
    for _ in range(3):
        handler.handle([(position, SCORE)])
    assert done == [1]
    assert row(insurer, position)[:2] == ("done", 1)


def test_a_claim_that_is_not_shown_yet_is_scored_later(
    insurer: Insurer, handler: Handler, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler._place.read_models, "reached", lambda *_: True)
    handler.handle([(position, SCORE)])
    assert row(insurer, position)[:2] == ("due", 0)


def test_the_saga_acts_in_its_own_name_and_says_what_led_to_it(
    insurer: Insurer, handler: Handler, position: int
) -> None:
    catch_up(insurer.settings.database_url, PROJECTIONS)
    handler.handle([(position, SCORE)])
    submitted, scored, *_ = insurer.desk.store.stream(
        insurer.desk.store.read_after(position - 1, 1)[0].stream_id
    )
    assert scored.name == "claim.scored"
    assert scored.meta.actor == "saga:score_for_fraud"
    assert scored.meta.caused_by == submitted.position == position
    assert scored.meta.correlation_id == submitted.meta.correlation_id
    assert scored.meta.effective_on == submitted.meta.effective_on
    assert scored.fact.evidence_position == position


def test_steps_that_wait_for_nobody_follow_at_once_and_are_no_messages(
    insurer: Insurer, handler: Handler, tasks: ReactionTasks, position: int
) -> None:
    catch_up(insurer.settings.database_url, PROJECTIONS)
    handler.handle([(position, SCORE)])
    log = insurer.desk.store.read_after(position - 1, 100)
    led_to = {event.position: {name for name, *_ in tasks.reactions_of(event.position)}
              for event in log}  # fmt: skip
    found = [(event.name, led_to[event.position]) for event in log if led_to[event.position]]
    assert found == [
        ("claim.submitted", {SCORE}),
        ("claim.scored", {"adjudicate_unless_suspended"}),
        ("claim.approved", {"schedule_payment"}),
        ("payment.scheduled", {"instruct_payment"}),
    ]
    # The command is the one that a message would have led to: the feed and a worker add nothing.
    followed = [task for event in log for task in tasks_of(event, insurer.clock)]
    assert [it.reaction for it in followed if not it.gone_on] == [SCORE, "ask_bank"]
    put_down(insurer, tasks, *(task for task in followed if task.gone_on))
    open_again(insurer, log[1].position)
    handler.handle([(log[1].position, "adjudicate_unless_suspended")])
    assert insurer.desk.store.read_after(position - 1, 100) == log
    assert row(insurer, log[1].position)[0] == "done"


def test_a_step_that_fails_when_it_would_follow_at_once_comes_as_a_task(
    insurer: Insurer,
    handler: Handler,
    tasks: ReactionTasks,
    position: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catch_up(insurer.settings.database_url, PROJECTIONS)
    usual = dict_of_use_cases()[AdjudicateClaim]
    monkeypatch.setitem(dict_of_use_cases(), AdjudicateClaim, fails)
    handler.handle([(position, SCORE)])
    assert row(insurer, position)[0] == "done"
    (_, scored) = insurer.desk.store.read_after(position - 1, 100)
    put_down(insurer, tasks, *tasks_of(scored, insurer.clock))
    (task,) = tasks.overdue(10, timedelta(0), timedelta(0))
    assert (task.position, task.reaction) == (scored.position, "adjudicate_unless_suspended")
    monkeypatch.setitem(dict_of_use_cases(), AdjudicateClaim, usual)
    handler.handle([(task.position, task.reaction)])
    assert "claim.adjudicated" in {e.name for e in insurer.desk.store.stream(scored.stream_id)}
    assert row(insurer, scored.position)[0] == "done"


def fails(*_: Any) -> Outcome:
    raise RuntimeError("a fault of our own")


TROUBLES = (
    BankUnreachable("no answer"),
    ConnectionError("gone"),
    LostRace("command.lost_race", "others were faster"),
    psycopg.OperationalError("the server is starting"),
    TimeLimitExceeded(),
    RuntimeError("a fault of our own"),
)


def test_trouble_is_tried_again_later_and_later_and_then_given_up(
    insurer: Insurer,
    handler: Handler,
    position: int,
    scoring: Callable[[Any], None],
    failures: ReactionFailures,
) -> None:
    for trouble in TROUBLES:
        scoring(trouble)
        for tried, seconds in enumerate(BACKOFF, 1):
            began = time.monotonic()
            with suppress(TimeLimitExceeded):  # the worker lets go of the whole message
                handler.handle([(position, SCORE)])
            state, tries, wait, in_hand, note = row(insurer, position)
            assert (state, tries, in_hand) == ("due", tried, False)
            assert seconds - (time.monotonic() - began) - 0.01 <= wait <= seconds
            assert note.startswith(type(trouble).__name__)
        assert failures.all() == []
        with suppress(TimeLimitExceeded):
            handler.handle([(position, SCORE)])
        (failure,) = failures.all()
        assert (failure.position, failure.tries) == (position, len(BACKOFF) + 1)
        handler.handle([(position, SCORE)])
        assert row(insurer, position)[1] == len(BACKOFF) + 1  # a failure is not touched
        assert failures.retry([(position, SCORE)]) == 1


def test_a_broken_rule_is_given_up_at_once(
    insurer: Insurer, handler: Handler, position: int, scoring: Callable[[Any], None]
) -> None:
    scoring(RuleBroken("claim.paid_above_billed", "too much"))
    handler.handle([(position, SCORE)])
    state, tries, _, _, note = row(insurer, position)
    assert (state, tries) == ("failed", 1)
    assert note == "refused: claim.paid_above_billed: too much"


def test_what_no_longer_applies_is_done_with_a_note(
    insurer: Insurer, handler: Handler, position: int, scoring: Callable[[Any], None]
) -> None:
    for code in handling.NO_LONGER_APPLIES:
        scoring(WrongStage(code, "it stands elsewhere"))
        handler.handle([(position, SCORE)])
        assert row(insurer, position)[0] == "done"
        assert row(insurer, position)[4].startswith(f"no longer applies: {code}")
        open_again(insurer, position)


def test_something_missing_is_not_taken_for_done(
    insurer: Insurer, handler: Handler, position: int, scoring: Callable[[Any], None]
) -> None:
    """A wrong stage elsewhere, such as a provider nobody knows, is for a person to look at."""
    scoring(WrongStage("provider.not_registered", "no such provider"))
    handler.handle([(position, SCORE)])
    assert row(insurer, position)[0] == "failed"


def test_read_models_that_lag_behind_are_waited_for_without_counting_tries(
    insurer: Insurer, handler: Handler, position: int, scoring: Callable[[Any], None]
) -> None:
    scoring(NotReadyYet("not there yet"))
    for _ in range(20):
        handler.handle([(position, SCORE)])
    state, tries, wait, _, note = row(insurer, position)
    assert (state, tries, note) == ("due", 0, "not there yet")
    assert wait <= handling.NOT_READY_PAUSE.total_seconds()


def test_without_the_read_model_nothing_is_scored(
    insurer: Insurer, handler: Handler, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No projector runs here: scoring without knowing the other claims would let fraud through."""
    monkeypatch.setattr(handling, "READ_MODEL_SECONDS", 0.05)
    handler.handle([(position, SCORE)])
    event = insurer.desk.store.read_after(position - 1, 1)[0]
    assert insurer.claim(event.stream_id).stage is Stage.SUBMITTED
    assert row(insurer, position)[0] == "due"


def test_a_task_that_ends_its_worker_is_given_up_like_any_other(
    insurer: Insurer, handler: Handler, position: int, tasks: ReactionTasks
) -> None:
    """Nobody lives to put down the failure, so the try is counted when it begins."""
    for _ in range(len(BACKOFF) + 1):
        assert tasks.take([(position, SCORE)], timedelta(0))
    handler.handle([(position, SCORE)])
    state, _, _, _, note = row(insurer, position)
    assert state == "failed"
    assert note == f"its worker ended {len(BACKOFF) + 1} times while at it"


def test_a_reaction_that_this_code_does_not_know_is_given_up(
    insurer: Insurer, handler: Handler, position: int, tasks: ReactionTasks
) -> None:
    put_down(insurer, tasks, Task(position, "tell_the_weather", "general"))
    handler.handle([(position, "tell_the_weather")])
    (reaction,) = [it for it in tasks.reactions_of(position) if it[0] != SCORE]
    assert reaction[1:] == (
        "failed",
        "UnknownReaction: nothing named 'tell_the_weather' follows from claim.submitted",
    )


def test_a_message_without_a_task_does_nothing(
    insurer: Insurer, handler: Handler, scoring: Callable[[Any], None]
) -> None:
    scoring(AssertionError("must not be called"))
    handler.handle([(4_711, SCORE), (-1, "no such reaction")])
    handler.handle([])


def test_one_bad_task_does_not_spoil_those_that_come_with_it(
    insurer: Insurer, handler: Handler, tasks: ReactionTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = insurer.clinic()
    claims = [insurer.claims(insurer.member(), clinic) for _ in range(4)]
    positions = [insurer.desk.store.stream(claim)[0].position for claim in claims]
    put_down(insurer, tasks, *(Task(position, SCORE, "claims") for position in positions))
    done: list[UUID] = []

    def one_is_bad(_: Any, __: Any, request: ScoreClaim) -> Outcome:
        if request.claim_id == claims[1]:
            raise RuntimeError("a fault of our own")
        done.append(request.claim_id)
        return Outcome({}, None, None)

    monkeypatch.setattr(handler._place.read_models, "reached", lambda *_: True)
    monkeypatch.setitem(dict_of_use_cases(), ScoreClaim, one_is_bad)
    handler.handle([(position, SCORE) for position in reversed(positions)])
    assert done == [claims[0], claims[2], claims[3]]
    assert [row(insurer, position)[0] for position in positions] == ["done", "due", "done", "done"]


def test_when_the_time_is_up_what_was_done_is_put_down_and_the_rest_comes_again(
    insurer: Insurer, handler: Handler, tasks: ReactionTasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = insurer.clinic()
    claims = [insurer.claims(insurer.member(), clinic) for _ in range(3)]
    positions = [insurer.desk.store.stream(claim)[0].position for claim in claims]
    put_down(insurer, tasks, *(Task(position, SCORE, "claims") for position in positions))

    def endless(_: Any, __: Any, request: ScoreClaim) -> Outcome:
        if request.claim_id == claims[1]:
            raise TimeLimitExceeded
        return Outcome({}, None, None)

    monkeypatch.setattr(handler._place.read_models, "reached", lambda *_: True)
    monkeypatch.setitem(dict_of_use_cases(), ScoreClaim, endless)
    with pytest.raises(TimeLimitExceeded):
        handler.handle([(position, SCORE) for position in positions])
    found = [row(insurer, position) for position in positions]
    assert [state for state, *_ in found] == ["done", "due", "due"]
    assert [in_hand for _, _, _, in_hand, _ in found] == [False, False, True]
