"""What people decide: investigators on suspicion, others on what the rules leave to them."""

from typing import Any

from cli.demo_book import planted
from cli.demo_year import lanes
from cli.demo_year.portal import PortalRefused
from cli.demo_year.year import Year

Claim = dict[str, Any]


def investigate(year: Year) -> None:
    """Deny what was planted as fraud; clear what only looked like it."""
    waiting = year.as_("investigator").all("/claims", **year.ours, stage="suspended")
    fraud = {
        year.known.claims[visit.key]
        for visit in year.book.visits
        if visit.planted in (planted.FREQUENT, planted.DUPLICATE) and visit.key in year.known.claims
    }

    with year.screen.step("suspended claims investigated", len(waiting)) as bar:

        def one(claim: Claim) -> None:
            if claim["id"] in fraud:
                deny(year, claim)
            else:
                body = {"note": "the provider's records show two visits on that day"}
                year.as_("investigator").post(
                    f"/claims/{claim['id']}/resume", body, f"clear-{claim['id']}"
                )
            bar.step()

        lanes.run(lanes.by_key(waiting, lambda claim: str(claim["id"])), one)


def deny(year: Year, claim: Claim) -> None:
    body = {"reasons": claim["score_reasons"], "note": "the provider has no record of the visit"}
    year.as_("investigator").post(f"/claims/{claim['id']}/reject", body, f"deny-{claim['id']}")


def approve(year: Year) -> None:
    """A processor prepares every claim that waits, and a manager, another person, approves it."""
    waiting = year.as_("processor").all("/claims", **year.ours, stage="adjudicated")
    with year.screen.step("claims prepared and approved by people", len(waiting)) as bar:

        def one(claim: Claim) -> None:
            prepare(year, claim["id"])
            year.as_("manager").post(f"/claims/{claim['id']}/approve", {}, f"approve-{claim['id']}")
            bar.step()

        lanes.run(lanes.by_key(waiting, lambda claim: str(claim["id"])), one)


def prepare(year: Year, claim_id: str) -> None:
    body = {"note": "bill and determination agree"}
    year.as_("processor").post(f"/claims/{claim_id}/prepare", body, f"prepare-{claim_id}")


def four_eyes(year: Year) -> None:
    """The large surgery: its preparer may not approve it, nor may anybody but a manager."""
    claim_id = year.known.claims[planted.SURGERY_EXAMPLE]
    prepare(year, claim_id)
    found = ""
    try:
        year.as_("processor").post(f"/claims/{claim_id}/approve", {}, f"own-{claim_id}")
    except PortalRefused as refused:
        found = refused.rule or refused.code
    year.promises.keep(
        "nobody approves what they prepared, and large claims need a manager",
        found in ("claim.needs_manager", "claim.same_person"),
        found or "the preparer could approve",
    )
