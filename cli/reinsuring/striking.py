"""`bima treaty strike`: cede what has moved and was not ceded, or strike everything again."""

import json
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.reinsuring.place import By, Json, Reason, context_of, in_words, the_desk

if TYPE_CHECKING:
    from commands.context import Desk

_PAGE = 5_000


def strike(
    again: Annotated[
        bool, typer.Option("--again", help="Strike every life again: after an endorsement.")
    ] = False,
    year: Annotated[
        str, typer.Option("--year", help="Also strike treaties with limits over a year, as of DAY.")
    ] = "",
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Cede claims and premiums that were recorded before a treaty was signed, or imported."""
    from rich.console import Console
    from rich.progress import Progress

    from cli.reinsuring.place import day
    from commands.cessions import (
        CessionOf,
        YearStrike,
        cede_claims,
        cede_policy,
        restrike_life,
        strike_years,
    )
    from commands.restriking import lives_ceded

    told = {"claims": 0, "policies": 0, "lives": 0, "posted": 0}
    with in_words(), the_desk() as desk, Progress(console=Console(stderr=True)) as bar:
        lives, policies = _moved(desk)
        for claims in bar.track(list(lives.values()), description="ceding claims"):
            outcome = cede_claims(desk, context_of(desk, by, reason), claims)
            told["claims"] += len(claims)
            told["posted"] += int(outcome.answer.get("facts", 0))
        for policy in bar.track(policies, description="ceding premiums"):
            outcome = cede_policy(desk, context_of(desk, by, reason), CessionOf(policy))
            told["policies"] += 1
            told["posted"] += outcome.receipt is not None
        if again or year:
            members = lives_ceded(desk)
            if again:
                for member in bar.track(members, description="striking lives again"):
                    context = context_of(desk, by, reason or "struck again")
                    outcome = restrike_life(desk, context, CessionOf(member))
                    told["lives"] += 1
                    told["posted"] += outcome.receipt is not None
            if (on := day("--year", year)) is not None:
                strike_years(desk, context_of(desk, by, reason), YearStrike(on, members))
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"{told['claims']} claims and {told['policies']} policies looked at, {told['lives']} lives "
        f"struck again: {told['posted']} facts were posted."
    )


def _moved(desk: "Desk") -> tuple[dict[UUID, list[UUID]], list[UUID]]:
    """Every claim by the life that it belongs to, and every policy, in the order of the log."""
    names = ["claim.submitted", "claim.taken_over", "policy.issued"]
    lives: dict[UUID, list[UUID]] = {}
    policies: list[UUID] = []
    position = 0
    while page := desk.store.read_after(position, _PAGE, names=names):
        for event in page:
            if event.name == "policy.issued":
                policies.append(event.stream_id)
            else:
                lives.setdefault(event.fact.member_id, []).append(event.stream_id)
        position = page[-1].position
    return lives, policies
