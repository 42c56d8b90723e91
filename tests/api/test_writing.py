"""Writes that can be repeated, made conditional, or only tried: one effect, one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx2

from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, a_member, data_of, error_of, faulty_fields

MEMBERS = f"{V1}/members"


def keyed(key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key or uuid4().hex}


def test_the_same_key_and_body_give_the_same_answer_and_one_effect(
    admin: httpx2.Client, api: RunningApi
) -> None:
    headers = keyed()
    first = admin.post(MEMBERS, json=a_member(), headers=headers)
    second = admin.post(MEMBERS, json=a_member(), headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    for name in ("ETag", "X-Ledger-Position", "Location"):
        assert first.headers[name] == second.headers[name]
    assert api.events(data_of(first, 201)["id"]) == ["member.enrolled"]


def test_a_body_in_another_order_is_the_same_request(admin: httpx2.Client) -> None:
    headers = keyed()
    first = admin.post(MEMBERS, json=a_member(), headers=headers)
    turned = dict(reversed(a_member().items()))
    assert admin.post(MEMBERS, json=turned, headers=headers).content == first.content


def test_the_same_key_with_another_body_is_refused(admin: httpx2.Client, api: RunningApi) -> None:
    headers = keyed()
    data_of(admin.post(MEMBERS, json=a_member(), headers=headers), 201)
    before = api.last_position()
    other = admin.post(MEMBERS, json=a_member(last_name="Komba"), headers=headers)
    assert faulty_fields(error_of(other, 422, "VALIDATION_ERROR")) == {"Idempotency-Key"}
    assert api.parts.desk.store.read_after(before, 1) == []


def test_the_same_key_of_another_caller_is_another_request(api: RunningApi) -> None:
    headers = keyed()
    made = {
        data_of(api.as_role(role).post(MEMBERS, json=a_member(), headers=headers), 201)["id"]
        for role in ("admin", "customer_service")
    }
    assert len(made) == 2


def test_fifty_at_once_with_one_key_have_one_effect(api: RunningApi) -> None:
    client, headers, body = api.as_role("admin"), keyed(), a_member(national_id=uuid4().hex[:20])
    before = api.last_position()

    def send(_: int) -> httpx2.Response:
        return client.post(MEMBERS, json=body, headers=headers)

    with ThreadPoolExecutor(50) as side_by_side:
        answers = list(side_by_side.map(send, range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    recorded = api.parts.desk.store.read_after(before, 100)
    assert [event.name for event in recorded] == ["member.enrolled", "register.value_registered"]


def test_a_repeated_request_is_answered_though_it_would_be_refused_now(
    admin: httpx2.Client,
) -> None:
    headers, body = keyed(), a_member(national_id=uuid4().hex[:20])
    first = admin.post(MEMBERS, json=body, headers=headers)
    assert admin.post(MEMBERS, json=body, headers=headers).content == first.content
    refused = admin.post(MEMBERS, json=body, headers=keyed())
    assert error_of(refused, 409, "DUPLICATE_RESOURCE")["details"] == {
        "rule": "national_id.already_registered",
        "field": "national_id",
    }


def test_if_match_lets_only_the_version_that_stands_through(
    admin: httpx2.Client, api: RunningApi
) -> None:
    made = admin.post(MEMBERS, json=a_member())
    path = f"{MEMBERS}/{data_of(made, 201)['id']}"
    first = admin.put(
        path, json=a_member(region="Arusha"), headers={"If-Match": made.headers["ETag"]}
    )
    data_of(first)
    assert first.headers["ETag"] == '"2"'
    late = admin.put(
        path, json=a_member(region="Dodoma"), headers={"If-Match": made.headers["ETag"]}
    )
    assert error_of(late, 412, "RESOURCE_CONFLICT")["details"]["version"] == 2


def test_a_dry_run_decides_explains_and_records_nothing(
    admin: httpx2.Client, api: RunningApi
) -> None:
    before = api.last_position()
    headers = keyed()
    tried = admin.post(MEMBERS, params={"dry_run": "true"}, json=a_member(), headers=headers)
    data = data_of(tried)
    assert data["dry_run"] is True
    assert [event["name"] for event in data["events"]] == ["member.enrolled"]
    assert data["events"][0]["data"]["details"]["first_name"] == "Asha"
    assert api.last_position() == before
    again = admin.post(MEMBERS, params={"dry_run": "true"}, json=a_member(), headers=headers)
    assert data_of(again)["number"] == data["number"], "a dry run uses up no number"
    done = data_of(admin.post(MEMBERS, json=a_member(), headers=headers), 201)
    assert done["number"] == data["number"]


def test_a_dry_run_refuses_what_the_command_would_refuse(admin: httpx2.Client, book: Book) -> None:
    answer = admin.post(
        f"{V1}/claims", params={"dry_run": "true"}, json=book.claim(service_from="2030-01-01")
    )
    error_of(answer, 409, "RESOURCE_CONFLICT")


def test_reason_day_and_correlation_stand_in_the_history(admin: httpx2.Client) -> None:
    made = data_of(admin.post(MEMBERS, json=a_member(effective_on="2025-02-01")), 201)
    undertaking = str(uuid4())
    headers = {
        "X-Reason": "moved%20abroad%20%E2%80%93%20told%20us",
        "X-Effective-On": "2025-03-01",
        "X-Correlation-Id": undertaking,
    }
    data_of(admin.patch(f"{MEMBERS}/{made['id']}/deactivate", headers=headers))
    history = data_of(admin.get(f"{MEMBERS}/{made['id']}/history"))["events"]
    assert [event["event"] for event in history] == ["member.enrolled", "member.deactivated"]
    assert [event["effective_on"] for event in history] == ["2025-02-01", "2025-03-01"]
    assert history[1]["reason"] == history[1]["data"]["reason"] == "moved abroad – told us"
    assert history[1]["correlation_id"] == undertaking
    assert history[0]["actor"].startswith("admin-")


def test_one_reads_what_one_has_just_written(admin: httpx2.Client) -> None:
    for _ in range(20):
        written = admin.post(MEMBERS, json=a_member())
        position = written.headers["X-Ledger-Position"]
        path = f"{MEMBERS}/{data_of(written, 201)['id']}"
        data_of(admin.get(path, headers={"X-Ledger-Position": position}))
        data_of(admin.get(path, params={"after": position}))


def test_a_position_that_is_not_there_is_refused_at_once(admin: httpx2.Client) -> None:
    answer = admin.get(MEMBERS, headers={"X-Ledger-Position": str(2**40)})
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"X-Ledger-Position"}


def test_a_member_is_shown_as_known_and_as_in_force(admin: httpx2.Client, api: RunningApi) -> None:
    made = data_of(
        admin.post(MEMBERS, json=a_member(region="Mwanza", effective_on="2025-01-10")), 201
    )
    path = f"{MEMBERS}/{made['id']}"
    between = datetime.now(UTC).isoformat()
    data_of(admin.put(path, json=a_member(region="Dodoma", effective_on="2025-06-01")))

    def region(**params: str) -> str:
        return str(data_of(admin.get(path, params=params))["region"])

    assert region(known_at=between) == "Mwanza"
    assert region(known_at=datetime.now(UTC).isoformat()) == "Dodoma"
    assert region(effective_on="2025-03-01") == "Mwanza"
    assert region(effective_on="2025-06-01") == "Dodoma"
    assert region(known_at=between, effective_on="2025-12-31") == "Mwanza"
    error_of(admin.get(path, params={"effective_on": "2024-12-31"}), 404, "RESOURCE_NOT_FOUND")
    now = data_of(shown(api, admin, f"/members/{made['id']}"))
    then = data_of(admin.get(path, params={"known_at": "2199-01-01T00:00:00Z"}))
    assert then == now, "the past has the shape of the present"


def test_the_receipt_of_a_command_outlives_what_came_later(
    admin: httpx2.Client, api: RunningApi
) -> None:
    headers = keyed()
    first = admin.post(MEMBERS, json=a_member(), headers=headers)
    key = UUID(data_of(first, 201)["id"])
    data_of(admin.patch(f"{MEMBERS}/{key}/deactivate"))
    again = admin.post(MEMBERS, json=a_member(), headers=headers)
    assert again.content == first.content
    assert again.headers["ETag"] == '"1"'
