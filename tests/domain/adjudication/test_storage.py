"""Terms, cases and determinations come back from their stored form as they were."""

import msgspec
from hypothesis import given, settings

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case
from domain.adjudication.determination import Determination
from domain.adjudication.product import Terms
from tests.domain.adjudication.made_up import claims, products


@settings(max_examples=20)
@given(products(), claims())
def test_what_is_stored_is_read_back_the_same(terms: Terms, case: Case) -> None:
    decided = adjudicate(case, terms, Balances())
    for value, kind in ((terms, Terms), (case, Case), (decided, Determination)):
        stored = msgspec.json.encode(value)
        assert msgspec.json.decode(stored, type=kind) == value
    again = adjudicate(
        msgspec.json.decode(msgspec.json.encode(case), type=Case),
        msgspec.json.decode(msgspec.json.encode(terms), type=Terms),
        Balances(),
    )
    assert again == decided
