"""`bima ml anomalies`: claims that are least like all others, where nobody knows an outcome."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.fraud_models import material, telling
from cli.fraud_models.learning import Data, Generated, Json, Ledger, Seed, in_words
from cli.fraud_models.material import AskedWrongly

FEWEST = 50


def anomalies(
    data: Data = None,
    generated: Generated = None,
    ledger: Ledger = False,
    seed: Seed = 7,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="So many claims.")] = 20,
    as_json: Json = False,
) -> None:
    """Find the claims that are least like all others, and say in what; by provider, too.

    No outcome is needed and none is looked at. Unusual is not wrong: it is where to look.
    """
    from ml.oddities import by_unit, oddest

    with in_words():
        found = material.without_outcome(data, generated, seed, ledger=ledger)
        if len(found.data) < FEWEST:
            raise AskedWrongly(
                f"{len(found.data)} claims: with fewer than {FEWEST} nobody can say what is usual"
            )
        odd = oddest(found.data, top)
        providers = by_unit(odd, found.data)
    if as_json:
        telling.as_json(
            {
                "line": found.line,
                "n": len(found.data),
                "claims": [asdict(one) for one in odd],
                "providers": [
                    {"provider": unit, "odd": count, "claims": of} for unit, count, of in providers
                ],
            }
        )
        return
    typer.echo(f"The {len(odd)} oddest of {len(found.data):,} claims ({found.name})")
    for one in odd:
        typer.echo(f"{one.rank:.4f}  {one.key:<16} {'; '.join(one.words) or 'as a whole'}")
    typer.echo("by provider (odd of all):")
    for unit, count, of in providers[:10]:
        typer.echo(f"{count:>6} of {of:<6} {unit}")
