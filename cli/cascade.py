"""A retroactive change of cover, terms or prices, carried through the claims that came after it."""

import getpass
import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

if TYPE_CHECKING:
    from commands.context import Context, Desk
    from projections.book_of_claims import BookOfClaims

app = typer.Typer(add_completion=False)


@app.command()
def cascade(
    policy: Annotated[
        str, typer.Option(help="Only this policy, by id or number.", metavar="POLICY")
    ] = "",
    product: Annotated[
        str, typer.Option(help="Every policy of this product, by its code.", metavar="CODE")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would change; record nothing.")
    ] = False,
    change_id: Annotated[
        str, typer.Option(help="Names the change: it is posted once for each policy.")
    ] = "",
    reason: Annotated[str, typer.Option(help="What has changed; needed to post.")] = "",
    order: Annotated[
        str, typer.Option(help="`processing`, or `service_date` to decide by day of service.")
    ] = "processing",
    as_json: Annotated[
        bool, typer.Option("--json", help="One object a changed claim, last the totals.")
    ] = False,
) -> None:
    """Decide claims again from what is known now; list those that change, and post the differences.

    Without --policy or --product it goes over the whole book.
    """
    from adapters.settings import get_settings
    from commands.desk import open_desk
    from domain.refusals import Refused
    from projections.book_of_claims import BookOfClaims

    if not dry_run and not reason:
        raise typer.BadParameter("say what has changed with --reason, or ask with --dry-run")
    which = _id("--change-id", change_id) if change_id else uuid4()
    settings = get_settings()
    desk = open_desk(settings)
    try:
        book = BookOfClaims(desk.store.pool, desk.store.tenant)
        policies = _policies(desk, book, policy, product)
        totals = _tell(_answers(desk, book, policies, which, order, reason, dry_run), as_json)
    except Refused as refused:
        sys.exit(f"bima: {refused.detail} ({refused.code})")
    finally:
        desk.store.close()
    totals |= {"policies": len(policies), "change_id": str(which), "posted": not dry_run}
    if as_json:
        typer.echo(json.dumps(totals))
        return
    done = "would change" if dry_run else "changed"
    typer.echo(
        f"{totals['changed']} claims of {totals['policies']} policies {done}, "
        f"difference {totals['difference']}; change {which}"
    )


def _policies(desk: "Desk", book: "BookOfClaims", policy: str, product: str) -> list[UUID]:
    from commands.products import product_id
    from projections.subjects import KINDS, find

    if policy:
        with desk.store.pool.connection() as conn:
            found = find(conn, desk.store.tenant, KINDS["policy"], policy)
        if found is None:
            sys.exit(f"bima: there is no policy {policy}")
        return [found]
    return list(book.policies_of(product_id(product) if product else None))


def _answers(
    desk: "Desk",
    book: "BookOfClaims",
    policies: list[UUID],
    change_id: UUID,
    order: str,
    reason: str,
    dry_run: bool,
) -> Iterator[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import Progress

    from commands.cascading import CascadeOfPolicy, cascade_book
    from domain.adjudication.history import InOrder

    if order not in list(InOrder):
        raise typer.BadParameter(f"--order: {order!r} is not one of {', '.join(InOrder)}")
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("policies", total=len(policies))
        yield from cascade_book(
            desk,
            lambda: _context(desk, reason, dry_run),
            CascadeOfPolicy(change_id, change_id, InOrder(order)),
            book,
            policies,
            lambda done, of: bar.update(task, completed=done, total=of),
        )


def _context(desk: "Desk", reason: str, dry_run: bool) -> "Context":
    """Whoever may start programs here acts as a manager, under the name of the system's user."""
    from commands.context import Context

    command = desk.ids.new()
    return Context(
        actor=f"cli:{getpass.getuser()}",
        command_id=command,
        correlation_id=command,
        recorded_at=desk.clock.now(),
        effective_on=desk.clock.today(),
        roles=frozenset({"claims_manager"}),
        reason=reason,
        dry_run=dry_run,
    )


def _tell(answers: Iterable[dict[str, Any]], as_json: bool) -> dict[str, Any]:
    from decimal import Decimal

    changed, difference = 0, Decimal(0)
    for answer in answers:
        for claim in answer["changed"]:
            changed += 1
            difference += Decimal(claim["difference"])
            typer.echo(json.dumps(claim) if as_json else _line(claim))
    return {"changed": changed, "difference": str(difference)}


def _line(claim: dict[str, Any]) -> str:
    reasons = ", ".join(claim["reasons"])
    return (
        f"{claim['number']}  {claim['service_on']}  {claim['pays']:>16} → "
        f"{claim['would_pay']:>16}  {claim['difference']:>16}  {reasons}"
    )


def _id(option: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{option}: {text!r} is no id") from None
