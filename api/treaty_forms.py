"""Treaties as requests: the terms as data, exactly as the domain has them, with ratios as text."""

from typing import Any, cast

from pydantic import Field

from api.fields import Asked, Code, Day, Name, Word
from api.forms import filled, form_of
from api.money import LEDGER_CURRENCY
from commands.treaties import Placement
from domain.reinsurance.terms import Participant
from domain.reinsurance.terms import Treaty as Terms
from domain.treaty.administration import Administration


class NewEndorsement(Asked):
    """The whole terms as they hold from a day on; what was posted before stands."""

    effective_from: Day
    terms: form_of(Terms)  # type: ignore[valid-type]  # made from the class of the terms
    administration: form_of(Administration)  # type: ignore[valid-type]  # the same

    def said(self) -> tuple[Terms, Administration]:
        return (
            filled(cast("Any", self.terms), Terms),
            filled(cast("Any", self.administration), Administration),
        )


class NewTreaty(Asked):
    """A slip: the terms as offered to the market, with written lines."""

    code: Code = Field(examples=["QS-2025"])
    name: Name = Field(examples=["Quota share 2025"])
    terms: form_of(Terms)  # type: ignore[valid-type]  # made from the class of the terms
    administration: form_of(Administration)  # type: ignore[valid-type]  # the same

    def placement(self) -> Placement:
        return Placement(
            self.code,
            self.name,
            filled(cast("Any", self.terms), Terms),
            filled(cast("Any", self.administration), Administration),
        )


class NewSigning(Asked):
    """Without participants the written lines are signed as they stand."""

    participants: tuple[form_of(Participant), ...] = ()  # type: ignore[valid-type]  # the same

    def signed(self) -> tuple[Participant, ...]:
        return tuple(filled(cast("Any", one), Participant) for one in self.participants)


class Ended(Asked):
    """The day from which it ends; `amount` is paid once where it is commuted."""

    on: Day
    amount: Word = ""


class Recipient(Asked):
    """Which reinsurer answers."""

    recipient: Name = Field(examples=["Re One"])


class NewDispute(Recipient):
    """Without lines the whole report is doubted."""

    lines: tuple[Word, ...] = Field((), max_length=1_000)


def placement_of(content: bytes, ledger: str) -> Placement:
    """The treaty of a file, whose amounts are in the treaty's own currency.

    Raises pydantic's ValidationError with every fault.
    """
    import msgspec

    currency = ledger
    try:
        found = msgspec.json.decode(content)
        if isinstance(found, dict) and isinstance(found.get("terms"), dict):
            currency = str(found["terms"].get("currency", ledger))
    except msgspec.DecodeError:
        pass  # the form says what is wrong with it
    token = LEDGER_CURRENCY.set(currency)
    try:
        return NewTreaty.model_validate_json(content).placement()
    finally:
        LEDGER_CURRENCY.reset(token)
