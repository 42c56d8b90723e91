"""A fact is stored exactly, and older and newer versions are told apart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.codec import Codec, CorruptEvent, EventFromTheFuture, UnknownEvent
from domain.catalogue import Catalogue, CatalogueError, Entry, UnknownName
from domain.money import Money
from tests.adapters.premiums import (
    CATALOGUE,
    AccountClosed,
    AccountOpened,
    Part,
    PremiumPaid,
    Way,
)

CODEC = Codec(CATALOGUE)

money = st.builds(
    Money, st.integers(-(10**18), 10**18), st.sampled_from(["TZS", "KES", "UGX", "KWD"])
)
facts = st.one_of(
    st.builds(
        AccountOpened,
        st.uuids(),
        st.dates(),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.lists(st.builds(Part, st.text(), money)).map(tuple),
    ),
    st.builds(PremiumPaid, money, st.sampled_from(Way), st.none() | st.text()),
    st.builds(AccountClosed, st.text()),
)


@given(facts)
def test_every_fact_comes_back_as_it_was(fact: Any) -> None:
    stored = CODEC.encode(fact)
    again = CODEC.decode(stored.name, stored.schema_version, stored.data)
    assert again == fact
    assert type(again) is type(fact)


def test_the_stored_form_is_plain_json_with_exact_amounts() -> None:
    fact = AccountOpened(
        UUID(int=7), date(2026, 1, 31), Decimal("0.10"), (Part("dental", Money(5, "TZS")),)
    )
    assert msgspec.json.decode(CODEC.encode(fact).data) == {
        "holder": "00000000-0000-0000-0000-000000000007",
        "opened_on": "2026-01-31",
        "rate": "0.10",
        "parts": [{"cover": "dental", "amount": {"minor": 5, "currency": "TZS"}}],
    }


@dataclass(frozen=True, slots=True)
class Settled:
    amount: Money
    ways: tuple[Way, ...]


def cents_to_money(stored: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew shillings only."""
    return {"amount": {"minor": stored["cents"], "currency": "TZS"}, "way": stored["way"]}


def one_way_to_ways(stored: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew one way of payment."""
    return {"amount": stored["amount"], "ways": [stored["way"]]}


SETTLED = Entry("claim.settled", Settled, 3, {1: cents_to_money, 2: one_way_to_ways})


@pytest.mark.parametrize(
    ("version", "stored"),
    [
        (1, b'{"cents": 5, "way": "cash"}'),
        (2, b'{"amount": {"minor": 5, "currency": "TZS"}, "way": "cash"}'),
        (3, b'{"amount": {"minor": 5, "currency": "TZS"}, "ways": ["cash"]}'),
    ],
)
def test_older_versions_are_read_as_the_current_one(version: int, stored: bytes) -> None:
    codec = Codec(Catalogue([SETTLED]))
    assert codec.decode("claim.settled", version, stored) == Settled(Money(5, "TZS"), (Way.CASH,))


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"account\.reopened"):
        CODEC.decode("account.reopened", 1, b"{}")
    with pytest.raises(UnknownEvent, match="Settled"):
        CODEC.encode(Settled(Money(1, "TZS"), ()))


def test_an_event_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(EventFromTheFuture, match=r"account\.closed.*version 2.*up to 1"):
        CODEC.decode("account.closed", 2, b'{"reason": "x"}')


@pytest.mark.parametrize(
    "stored", [b"", b"{}", b'{"reason": 5}', b'{"reason": "cut', b'["x"]', b"\xff\xfe"]
)
def test_bytes_that_are_not_such_an_event_are_refused(stored: bytes) -> None:
    with pytest.raises(CorruptEvent, match=r"account\.closed version 1"):
        CODEC.decode("account.closed", 1, stored)


@pytest.mark.parametrize("stored", [b'{"cents": 5}', b'{"way": "cash", "cents": "five"}', b"[]"])
def test_bytes_that_an_upcaster_cannot_read_are_refused(stored: bytes) -> None:
    with pytest.raises(CorruptEvent, match=r"claim\.settled version 1"):
        Codec(Catalogue([SETTLED])).decode("claim.settled", 1, stored)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([Entry("a.b", Part), Entry("a.b", Way)], "a.b is published twice"),
        ([Entry("a.b", Part), Entry("a.c", Part)], "Part has two names"),
        ([Entry("Account.Opened", Part)], "not of the form"),
        ([Entry("opened", Part)], "not of the form"),
        ([Entry("a.b", Part, 3, {1: dict})], "one upcaster each is needed"),
        ([Entry("a.b", Part, 1, {1: dict})], "one upcaster each is needed"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(entries: list[Entry], said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        Catalogue(entries)


def test_the_catalogue_answers_by_name_and_by_class() -> None:
    assert CATALOGUE.name_of(PremiumPaid) == "account.premium_paid"
    assert CATALOGUE.type_of("account.premium_paid") is PremiumPaid
    assert CATALOGUE.names() == ("account.opened", "account.premium_paid", "account.closed")
    with pytest.raises(UnknownName):
        CATALOGUE.schema_of("account.reopened")
