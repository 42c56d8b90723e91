"""Every event can be told in words, and the words tell nobody's personal data."""

from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest

from domain.events import CATALOGUE
from domain.money import Money
from domain.personal import Personal
from projections.explaining import explained
from projections.telling import tell
from projections.words import WORDS
from tests.support.sample_facts import CLAIM, SAMPLES

each_fact = pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: type(fact).__name__)


def test_every_event_has_its_words() -> None:
    assert {CATALOGUE.type_of(name) for name in CATALOGUE.names()} == set(WORDS)


@each_fact
def test_the_words_can_be_said(fact: Any) -> None:
    words = tell(fact)
    assert words[0].isupper() or words[0].isdigit()
    assert words != type(fact).__name__
    for sign in ("{", "}", "Money(", "UUID(", "Decimal(", "object at", "  "):
        assert sign not in words


@each_fact
def test_words_never_tell_who_a_person_is_or_what_they_have(fact: Any) -> None:
    words = tell(fact)
    for text in personal_texts(fact):
        assert text not in words, f"{text!r} is personal"


def test_the_samples_hold_personal_texts_to_be_found() -> None:
    assert sum(len(personal_texts(fact)) for fact in SAMPLES) > 20


def personal_texts(value: Any) -> list[str]:
    """The contents of the fields that are declared personal, where they could be recognised."""
    found: list[str] = []
    if is_dataclass(value):
        hints = get_type_hints(type(value), include_extras=True)
        for field in fields(value):
            inner = getattr(value, field.name)
            marks = getattr(hints[field.name], "__metadata__", ())
            if any(isinstance(mark, Personal) for mark in marks):
                found += [str(one) for one in (inner if isinstance(inner, tuple) else (inner,))]
            found += personal_texts(inner)
    elif isinstance(value, tuple):
        found += [text for one in value for text in personal_texts(one)]
    return [text for text in found if len(text) > 2 and text not in ("True", "False")]


def test_things_are_named_by_their_numbers() -> None:
    paid = next(fact for fact in SAMPLES if type(fact).__name__ == "ClaimPaid")
    said = tell(paid, {paid.payment_id: "payment PAY-2025-00001"})
    assert said == f"{paid.amount} were paid on {paid.paid_on} with payment PAY-2025-00001"
    assert str(paid.payment_id) in tell(paid, {CLAIM: "another"})


def test_a_determination_is_explained_rule_by_rule() -> None:
    adjudicated = next(fact for fact in SAMPLES if type(fact).__name__ == "ClaimAdjudicated")
    determination = adjudicated.determination
    told = "\n".join(explained(determination))
    for line in determination.lines:
        assert f"Line {line.line}: " in told
        for step in line.trace:
            assert step.rule.replace("_", " ") in told
            assert f"{Money(abs(step.before.minor), 'TZS').amount:,f}" in told
    assert f"the plan pays {determination.plan_pays}" in told.splitlines()[-1]
