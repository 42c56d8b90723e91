"""The fraud rules that stand beside any model: each adds to the score and says why, in words.

The frequency rule follows the platform document's investigation journey: five claims of one
member in two weeks, all from different providers, score 0.92 and are suspended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from domain.fraud import bills, company, visits
from domain.fraud.suspect import Suspect

MODEL = "rules-2"
CERTAIN = Decimal("0.99")
ALERT_AT = Decimal("0.40")
"""From here on somebody should look; from the insurer's own setting on the claim waits for that."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`code` is stable. `look` answers in words what it has found, nothing where it found nothing;
    it then scores `weight`. `kind` is the kind of fraud that it looks for."""

    code: str
    weight: Decimal
    kind: str
    look: Callable[[Suspect], str]

    @property
    def meaning(self) -> str:
        return (self.look.__doc__ or "").partition("\n\n")[0].replace("\n    ", " ")


@dataclass(frozen=True, slots=True)
class Finding:
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 (nothing seen) to 0.99; codes and words of the rules, the strongest first."""

    value: Decimal
    reasons: tuple[str, ...]
    words: tuple[str, ...] = ()
    kind: str = ""


FREQUENCY, DUPLICATE, PHANTOM, RING = "frequency", "duplicate", "phantom", "ring"
UPCODING, UNBUNDLING, MISMATCH, PRICE = "upcoding", "unbundling", "mismatch", "price"
HISTORY = "history"

RULES: tuple[Rule, ...] = (
    Rule("FREQUENCY_ABUSE", Decimal("0.92"), FREQUENCY, visits.frequency_abuse),
    Rule("NEAR_DUPLICATE", Decimal("0.85"), DUPLICATE, visits.near_duplicate),
    Rule("BILLED_AGAIN", Decimal("0.70"), DUPLICATE, visits.billed_again),
    Rule("PHANTOM_BILLING", Decimal("0.70"), PHANTOM, bills.phantom_billing),
    Rule("SHARED_PHONE", Decimal("0.60"), RING, company.shared_phone),
    Rule("FLAGGED_BEFORE", Decimal("0.50"), HISTORY, company.flagged_before),
    Rule("PRICE_OUTLIER", Decimal("0.40"), PRICE, bills.price_outlier),
    Rule("UNBUNDLING", Decimal("0.35"), UNBUNDLING, bills.unbundling),
    Rule("DIAGNOSIS_MISMATCH", Decimal("0.30"), MISMATCH, bills.diagnosis_mismatch),
    Rule("SAME_AMOUNTS", Decimal("0.30"), FREQUENCY, visits.same_amounts),
    Rule("SAME_CIRCLE", Decimal("0.30"), RING, company.same_circle),
    Rule("SHARED_ACCOUNT", Decimal("0.30"), RING, company.shared_account),
    Rule("TWO_PLACES", Decimal("0.30"), PHANTOM, visits.two_places_at_once),
    Rule("UPCODING", Decimal("0.30"), UPCODING, bills.upcoding),
)


def findings(suspect: Suspect) -> tuple[Finding, ...]:
    """What the rules have found, the strongest first."""
    found = [Finding(rule, words) for rule in RULES if (words := rule.look(suspect))]
    return tuple(sorted(found, key=lambda hit: (-hit.rule.weight, hit.rule.code)))


def score(suspect: Suspect) -> Score:
    """The strongest rule, raised by a quarter of each further one, at most 0.99."""
    hits = findings(suspect)
    if not hits:
        return Score(Decimal(0), ())
    further = sum((hit.rule.weight / 4 for hit in hits[1:]), Decimal(0))
    return Score(
        value=min(hits[0].rule.weight + further, CERTAIN),
        reasons=tuple(hit.rule.code for hit in hits),
        words=tuple(hit.words for hit in hits),
        kind=hits[0].rule.kind,
    )
