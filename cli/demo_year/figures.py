"""What came of the year, in figures: claims by outcome, and who bears how much of the bills."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cli.demo_year.year import Year

PARTS = (
    "billed", "write_off", "balance_bill", "deductible", "copay", "coinsurance", "over_limit",
    "not_covered", "plan_pays",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts are shillings. `outcomes` counts claims by their last stage; `parts` are sums over
    adjudicated claims; `denied` is what denied claims had asked for."""

    members: int
    policies: int
    providers: int
    claims: int
    outcomes: Mapping[str, int]
    routes: Mapping[str, int]
    billed: Decimal
    allowed: Decimal
    paid: Decimal
    denied: Decimal
    member_share: Decimal
    parts: Mapping[str, Decimal]

    def as_json(self) -> dict[str, Any]:
        """Amounts as text, so that nobody's floating point touches them."""
        return {
            "members": self.members,
            "policies": self.policies,
            "providers": self.providers,
            "claims": self.claims,
            "outcomes": dict(self.outcomes),
            "routes": dict(self.routes),
            "shillings": {
                "billed": str(self.billed),
                "allowed": str(self.allowed),
                "paid": str(self.paid),
                "denied": str(self.denied),
                "member_share": str(self.member_share),
            },
            "parts": {name: str(amount) for name, amount in self.parts.items()},
        }


def gather(year: Year) -> Figures:
    """Read every claim of this demo back over HTTP and add it up."""
    with year.screen.step("every claim read back") as bar:
        found = year.as_("auditor").all("/claims", **year.ours)
        bar.at(len(found))
    decided = [claim for claim in found if claim["plan_pays"] is not None]
    denied = [claim for claim in found if claim["stage"] == "denied"]
    return Figures(
        members=len(year.known.members),
        policies=len(year.known.policies),
        providers=len(year.known.providers),
        claims=len(found),
        outcomes=Counter(outcome(claim) for claim in found),
        routes=Counter(claim["route"] for claim in found if claim["route"]),
        billed=total(found, "billed"),
        allowed=total(decided, "allowed"),
        paid=total(found, "paid"),
        denied=total(denied, "billed"),
        member_share=total((c for c in decided if c["stage"] != "denied"), "member_pays"),
        parts={part: total(decided, part) for part in PARTS},
    )


def outcome(claim: Mapping[str, Any]) -> str:
    """How a claim ended, in a word that a reader knows."""
    if claim["stage"] == "closed":
        return "paid" if Decimal(claim["paid"]) else "nothing to pay"
    return str(claim["stage"])


def total(claims: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(claim[name]) for claim in claims), Decimal(0))


def check(year: Year, figures: Figures) -> None:
    """The figures keep what the demo promises of them."""
    keep = year.promises.keep
    year.promises.equal("every claim that was taken in is there", figures.claims,
                        len(year.known.claims))  # fmt: skip
    open_ = {s: n for s, n in figures.outcomes.items() if s not in FINAL}
    keep("every claim has ended", not open_, f"{dict(figures.outcomes)}")
    parts = sum((figures.parts[part] for part in PARTS[1:]), Decimal(0))
    keep(
        "what everybody bears adds up to what was billed",
        parts == figures.parts["billed"],
        f"{parts:,} of {figures.parts['billed']:,}",
    )
    keep("the insurer paid something", figures.paid > 0, f"{figures.paid:,}")


FINAL = frozenset({"paid", "nothing to pay", "denied"})
