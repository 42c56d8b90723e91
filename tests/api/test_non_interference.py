"""S3: what a role may not see changes nothing of what it is answered, whatever it asks."""

import os
import random
import re
from collections.abc import Iterator

import httpx2
import pytest

from adapters.identities import Kind
from api import reads
from api.resources import Field, Resource
from projections.whose import OUTSIDE
from tests.api.book import V1, Book, make_book, shown
from tests.api.matrix import outsider, routes, things
from tests.api.running import RunningApi, data_of

REQUESTS = int(os.environ.get("BIMA_INTERFERENCE", "60"))  # of each role
_WHEN = re.compile(r'"timestamp":"[^"]*"')
_WORDS = ("Asha", "Mtei", "MB-2025", "CLM", "bugando", "0150", "000", "std", "active", "2025")


def lists(kind: Kind) -> list[tuple[str, Resource]]:
    """The lists that a kind of outside user may ask for."""
    found = []
    for route in routes():
        for needed in route.dependant.dependencies:
            rule = needed.call
            if not isinstance(rule, reads.Reads) or rule.whose is not None:
                continue
            is_list = route.methods == {"GET"} and "{" not in route.path
            if is_list and rule.resource.rule_for(kind) is not None:
                found.append((route.path, rule.resource))
    return found


def made_up(
    dice: random.Random, kind: Kind, values: list[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses with random filters, orders, searches, expansions and pages."""
    known = lists(kind)
    while True:
        path, resource = dice.choice(known)
        fields = list(resource.fields.values())
        sorts = [one.name for one in fields if one.column.mark.sorts] or ["id"]
        params: dict[str, str] = {"page_size": str(dice.choice((1, 3, 100)))}
        for one in dice.sample(fields, dice.randint(0, 2)):
            if one.operators:
                operator = dice.choice(one.operators)
                params[f"{one.name}__{operator}" if operator else one.name] = value(
                    dice, one, values
                )
        if dice.random() < 0.5:
            params["ordering"] = dice.choice(("", "-")) + dice.choice(sorts)
        if dice.random() < 0.3:
            params["search"] = dice.choice(_WORDS)
        if dice.random() < 0.3 and resource.expands:
            params["expand"] = dice.choice(list(resource.expands))
        if dice.random() < 0.2:
            params["page"] = str(dice.randint(1, 3))
        yield path, params


def value(dice: random.Random, one: Field, values: list[str]) -> str:
    name = one.column.type.__name__
    return {
        "UUID": dice.choice(values), "date": f"20{dice.randint(20, 29)}-01-01",
        "datetime": "2025-06-01T00:00:00Z", "bool": "true", "int": str(dice.randint(0, 9)),
        "Decimal": "0.5",
    }.get(name, dice.choice(_WORDS))  # fmt: skip


def answers(
    client: httpx2.Client, dice: random.Random, kind: Kind, values: list[str], many: int
) -> list[str]:
    found = []
    asked = made_up(dice, kind, values)
    for _ in range(many):
        path, params = next(asked)
        answer = client.get(path, params=params)
        assert answer.status_code in (200, 403, 422), answer.text
        found.append(f"{answer.status_code} {_WHEN.sub('', answer.text)}")
    return found


def both(api: RunningApi, book: Book, kind: Kind, many: int) -> tuple[list[str], list[str]]:
    """The same questions before and after another family's business came into being."""
    admin, client = api.as_role("admin"), outsider(api, kind, book)
    hidden = make_book(admin)
    values = [book.member, book.policy, hidden.member, hidden.policy, hidden.provider]
    for path in ("/claims", "/members", "/policies", "/providers"):
        shown(api, admin, path)
    before = answers(client, random.Random(str(kind)), kind, values, many)
    claim = things(admin, hidden).by_place["/claims/"]
    data_of(admin.delete(f"{V1}/claims/{claim}"))
    data_of(admin.post(f"{V1}/claims", json=hidden.claim(invoice_no="another")), 201)
    for path in ("/claims", "/members", "/claims/preauth"):
        shown(api, admin, path)
    return before, answers(client, random.Random(str(kind)), kind, values, many)


@pytest.mark.parametrize("kind", OUTSIDE)
def test_what_is_hidden_changes_no_answer(api: RunningApi, book: Book, kind: Kind) -> None:
    before, after = both(api, book, kind, REQUESTS)
    assert before == after
    assert sum(answer.startswith("200") for answer in before) > REQUESTS / 10


@pytest.mark.long
@pytest.mark.parametrize("kind", OUTSIDE)
def test_in_two_thousand_requests(api: RunningApi, book: Book, kind: Kind) -> None:
    before, after = both(api, book, kind, 2_000)
    differ = sum(one != other for one, other in zip(before, after, strict=True))
    print(f"S3 {kind}: {differ} differences in {len(before)} requests")
    assert not differ


def test_a_leak_is_found(api: RunningApi, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both walls are forgotten, the same questions tell what is hidden."""
    monkeypatch.setattr(reads, "only_visible", lambda *_: None)
    monkeypatch.setattr(reads.Read, "seer", None)
    before, after = both(api, book, Kind.MEMBER, 2 * REQUESTS)
    assert before != after
