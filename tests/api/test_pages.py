"""The pages for people: what runs, all operations, health; plain, offline and without scripts."""

from html.parser import HTMLParser

import httpx2

from adapters.settings import Settings
from api.access import operations
from api.app import create_app
from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, data_of


class Page(HTMLParser):
    """The tags, links and text of a page."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__()
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), "a script in an attribute"
            assert name != "style"
            if name in ("href", "src") and value:
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def test_the_first_page_shows_what_runs_and_names_nobody(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    made = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)
    shown(api, admin, "/claims")
    shown(api, admin, "/claims/queue")
    answer = api.anonymous().get("/")
    page = Page(answer)
    assert made["number"] in page.text
    assert "claim_inbox" in page.text
    assert "Asha" not in page.text
    assert "script" not in page.tags
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy


def test_every_link_of_the_first_page_leads_somewhere(api: RunningApi) -> None:
    client = api.anonymous()
    links = Page(client.get("/")).links
    assert links
    for link in links:
        assert link.startswith("/"), "nothing is loaded from elsewhere"
        assert client.get(link).status_code == 200


def test_the_page_of_operations_holds_them_all(api: RunningApi) -> None:
    page = Page(api.anonymous().get("/operations"))
    assert "script" not in page.tags
    for route in operations(create_app(Settings()).routes):
        if route.include_in_schema:
            assert route.path in page.text


def test_health_tells_that_it_lives_is_ready_and_how_far_it_is(api: RunningApi) -> None:
    client = api.anonymous()
    assert data_of(client.get("/health/live")) == {"status": "alive"}
    assert data_of(client.get("/health/ready")) == {"database": "ready", "queue": "ready"}
    readers = {one["name"]: one for one in data_of(client.get("/health/lag"))}
    assert readers["members"]["stopped"] is False


def test_every_answer_carries_its_number_and_what_keeps_browsers_safe(api: RunningApi) -> None:
    client = api.anonymous()
    for path in ("/", "/health/live", f"{V1}/members", "/nowhere", "/openapi.json"):
        answer = client.get(path)
        assert answer.headers["X-Request-Id"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
    named = client.get("/health/live", headers={"X-Request-Id": "portal-12345678"})
    assert named.headers["X-Request-Id"] == "portal-12345678"
    odd = client.get("/health/live", headers={"X-Request-Id": "x\ty"})
    assert odd.headers["X-Request-Id"] != "x\ty"


def test_an_address_is_known_by_all_the_ways_in_which_it_may_be_asked(admin: httpx2.Client) -> None:
    """What is not found at once among the few candidates is found, or refused, the general way."""
    assert admin.get(f"{V1}/claims").status_code == 200
    assert admin.delete(f"{V1}/claims").status_code == 405
    assert admin.get(f"{V1}/nowhere/at/all").status_code == 404
    assert admin.get("/nowhere").status_code == 404
    assert admin.head(f"{V1}/claims").status_code in (200, 405)
