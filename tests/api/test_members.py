"""Members over HTTP: enrolled once, corrected, found, set aside; the history stays."""

import httpx2

from tests.api.running import RunningApi, a_member, data_of

MEMBERS = "/api/v1/members"


def test_an_enrolled_member_is_there_to_be_read(admin: httpx2.Client, api: RunningApi) -> None:
    written = admin.post(MEMBERS, json=a_member(region="Mwanza"))
    made = data_of(written, 201)
    read = admin.get(
        f"{MEMBERS}/{made['id']}",
        headers={"X-Ledger-Position": written.headers["X-Ledger-Position"]},
    )
    member = data_of(read)
    assert member["number"] == made["number"]
    assert member["full_name"] == "Asha Mtei"
    assert member["region"] == "Mwanza"
    assert read.headers["ETag"] == written.headers["ETag"] == '"1"'
    assert written.headers["Location"] == f"{MEMBERS}/{made['id']}"
    assert api.events(made["id"]) == ["member.enrolled"]
