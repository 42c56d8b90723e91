"""What was given up is listed over HTTP, tried again, or set aside with a reason."""

from datetime import timedelta

import httpx2

from adapters.reaction_tasks import ReactionTasks, Task
from tests.api.book import V1
from tests.api.running import RunningApi, data_of, error_of

PLACE = f"{V1}/failures"
OURS = {(7, "ask_bank"), (9, "score_for_fraud")}


def test_what_failed_is_seen_tried_again_and_set_aside(
    api: RunningApi, admin: httpx2.Client
) -> None:
    tasks = ReactionTasks(api.parts.desk.store.pool, api.parts.settings.tenant)
    with api.parts.desk.store.pool.connection() as conn:
        tasks.add(conn, [Task(7, "ask_bank", "payments")], timedelta(0))
        tasks.add(conn, [Task(9, "score_for_fraud", "claims")], timedelta(0))
    for key in OURS:
        tasks.take([key], timedelta(minutes=1))
        tasks.fail(key, "BankUnreachable: nobody answered")

    def listed() -> set[tuple[int, str]]:
        return {(it["position"], it["reaction"]) for it in data_of(admin.get(PLACE))} & OURS

    assert listed() == OURS
    admin.post(f"{PLACE}/7/ask_bank/retry", params={"dry_run": "true"}).raise_for_status()
    assert listed() == OURS
    assert data_of(admin.post(f"{PLACE}/7/ask_bank/retry"))["state"] == "due"
    error_of(admin.post(f"{PLACE}/7/ask_bank/retry"), 404, "RESOURCE_NOT_FOUND")
    away = f"{PLACE}/9/score_for_fraud/discard"
    error_of(admin.post(away, json={}), 422, "VALIDATION_ERROR")
    assert data_of(admin.post(away, json={"reason": "a duplicate"}))["state"] == "discarded"
    assert listed() == set()
    ((_, state, note),) = tasks.reactions_of(9)
    assert (state, note.startswith("a duplicate, says ")) == ("discarded", True)
    assert "(was: BankUnreachable" in note
    error_of(api.as_role("claims_processor").get(PLACE), 403, "PERMISSION_DENIED")
