"""Products: versions without contradictions, each in force from its day, until selling ends."""

from dataclasses import replace
from datetime import date

import pytest

from domain.product import PRODUCT
from domain.product.decide import PublishVersion, WithdrawProduct, sold_on, terms_on
from domain.product.events import ProductVersionPublished, ProductWithdrawn
from domain.refusals import RuleBroken, WrongStage
from tests.support.insurer import TERMS
from tests.support.scenario import given

FIRST, SECOND = date(2025, 1, 1), date(2025, 7, 1)
PUBLISH = PublishVersion("MSINGI", "Afya Msingi", FIRST, TERMS, "portal")


def version(number: int, day: date) -> ProductVersionPublished:
    terms = replace(TERMS, product="MSINGI", version=number, effective_from=day)
    return ProductVersionPublished("MSINGI", "Afya Msingi", day, terms, "portal")


def test_versions_count_from_one_whatever_the_terms_say() -> None:
    claimed = replace(TERMS, product="OTHER", version=99, effective_from=date(1999, 1, 1))
    (
        given(PRODUCT)
        .when(replace(PUBLISH, terms=claimed))
        .then(version(1, FIRST))
        .when(replace(PUBLISH, effective_from=SECOND))
        .then(version(2, SECOND))
    )


def test_the_version_begun_last_is_in_force() -> None:
    product = given(PRODUCT, version(1, FIRST), version(2, SECOND)).state
    assert terms_on(product, FIRST).version == 1
    assert terms_on(product, date(2025, 6, 30)).version == 1
    assert terms_on(product, SECOND).version == 2


def test_a_correction_for_the_same_day_counts_from_then_on() -> None:
    product = given(PRODUCT, version(1, FIRST), version(2, FIRST)).state
    assert terms_on(product, FIRST).version == 2


def test_before_its_first_day_a_product_promises_nothing() -> None:
    product = given(PRODUCT, version(1, FIRST)).state
    with pytest.raises(RuleBroken, match=r"product\.not_in_force"):
        terms_on(product, date(2024, 12, 31))


def test_terms_that_contradict_themselves_are_refused_with_every_fault() -> None:
    wrong = replace(TERMS, currency="TZS", benefits=(TERMS.benefits[0], TERMS.benefits[0]))
    refused = given(PRODUCT).when(replace(PUBLISH, terms=wrong))
    refused.then_refused("product.contradicts_itself", RuleBroken, field="terms")
    assert isinstance(refused.decided, RuleBroken)
    assert refused.decided.facts["faults"]


def test_nothing_is_withdrawn_that_was_never_published() -> None:
    given(PRODUCT).when(WithdrawProduct(FIRST, "x")).then_refused(
        "product.not_found", WrongStage, field="product_id"
    )


def test_selling_ends_and_policies_that_run_keep_their_terms() -> None:
    after = (
        given(PRODUCT, version(1, FIRST))
        .when(WithdrawProduct(SECOND, "replaced"))
        .then(ProductWithdrawn(SECOND, "replaced"))
    )
    assert terms_on(after.state, date(2025, 12, 1)).version == 1
    assert sold_on(after.state, date(2025, 6, 30)).version == 1
    with pytest.raises(RuleBroken, match=r"product\.withdrawn"):
        sold_on(after.state, SECOND)
