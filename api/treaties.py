"""Treaties over HTTP: place, sign, endorse and end them; their reports, step by step."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import done, made
from api.documentation import listed, single
from api.errors import wrong_field
from api.fields import Id, OptionalWords
from api.history import HISTORY, add_history
from api.reads import Read, Reads
from api.report_desk import ReportDesk
from api.roles import APPROVE_REPORT, CHANGE_TREATY, PLACE_TREATY, PREPARE_REPORT
from api.routing import resource_router
from api.treaty_forms import Ended, NewDispute, NewEndorsement, NewSigning, NewTreaty, Recipient
from api.treaty_readable import TREATIES, TREATY_REPORTS, TREATY_VERSIONS
from api.writing import Write, Writes
from commands import reports, treaties
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.reports import OfReport
from domain.money import BadAmount, Money
from domain.treaty import TREATY
from domain.treaty.decide import placed
from projections.treaty_reports.asking import Wanted

PREFIX = "/api/v1/treaties"
router = resource_router(PREFIX, "Reinsurance")
report_router = resource_router("/api/v1/treaty-reports", "Reinsurance")

Changes = Annotated[Write, Depends(Writes(CHANGE_TREATY))]
Prepares = Annotated[Write, Depends(Writes(PREPARE_REPORT))]
OfTreaty = Annotated[Read, Depends(Reads(TREATIES))]
OneTreaty = Annotated[Read, Depends(Reads(TREATIES, past=True))]


@router.post("", **made())
async def place_treaty(
    body: NewTreaty, write: Annotated[Write, Depends(Writes(PLACE_TREATY, creates=PREFIX))]
) -> Response:
    """Put down the slip of a treaty; terms that contradict themselves are refused, all at once."""
    return await write(body, treaties.place_treaty, body.placement())


@router.get("", **listed(TREATIES))
async def list_treaties(read: OfTreaty) -> Response:
    """Treaties, filtered, sorted, page by page."""
    return await read.page()


@router.get("/{id}", **single(TREATIES))
async def show_treaty(treaty_id: Id, read: OneTreaty) -> Response:
    """One treaty, now or as known then."""
    return await read.shown(treaty_id)


@router.get("/{id}/versions", **listed(TREATY_VERSIONS))
async def list_treaty_versions(
    treaty_id: Id, read: Annotated[Read, Depends(Reads(TREATY_VERSIONS))], treaty: OfTreaty
) -> Response:
    """The versions of a treaty's terms, the newest first."""
    return await read.children(treaty, treaty_id)


@router.post("/{id}/sign", **done())
async def sign_treaty(treaty_id: Id, body: NewSigning, write: Changes) -> Response:
    """Sign a treaty: from now on it reads the premiums and losses that attach to it."""
    return await write(body, treaties.sign_treaty, treaties.Signing(treaty_id, body.signed()))


@router.post("/{id}/endorse", **done())
async def endorse_treaty(treaty_id: Id, body: NewEndorsement, write: Changes) -> Response:
    """Publish the next version of the terms; what was posted before stands."""
    terms, administration = body.said()
    request = treaties.Endorsement(treaty_id, body.effective_from, terms, administration)
    return await write(body, treaties.endorse_treaty, request)


@router.post("/{id}/cancel", **done())
async def cancel_treaty(treaty_id: Id, body: Ended, write: Changes) -> Response:
    """Cede nothing that attaches from a day on; what attached before runs off."""
    return await write(body, treaties.cancel_treaty, treaties.Ending(treaty_id, body.on))


@router.post("/{id}/commute", **done())
async def commute_treaty(treaty_id: Id, body: Ended, write: Changes) -> Response:
    """End a treaty for good against one payment."""
    desk = write.parts.desk
    state = await run_in_threadpool(desk.store.load, TREATY, treaty_id)
    try:
        amount = Money.of(body.amount, placed(state.state).latest.terms.currency)
    except BadAmount as bad:
        raise wrong_field("amount", str(bad)) from bad
    ending = treaties.Ending(treaty_id, body.on, amount)
    return await write(body, treaties.commute_treaty, ending)


@report_router.get("", **listed(TREATY_REPORTS))
async def list_treaty_reports(read: Annotated[Read, Depends(Reads(TREATY_REPORTS))]) -> Response:
    """Reports to reinsurers, version by version, with the stage of each."""
    return await read.page()


@report_router.post("/{treaty}/{kind}/{period}/draft", **done())
async def draft_report(
    treaty: str, kind: str, period: str, write: Prepares, body: OptionalWords = None
) -> Response:
    """Make the figures of a report as known now and put them down as a draft."""
    wanted = Wanted(treaty, kind, period)

    def draft(desk: Desk, context: Context) -> Outcome:
        return _desk(write, desk).draft(context, wanted)[0]

    return await write(body, draft)


@report_router.post("/{treaty}/{kind}/{period}/check", **done())
async def check_report(
    treaty: str, kind: str, period: str, write: Prepares, body: OptionalWords = None
) -> Response:
    """Run every check on the draft; a report that does not tie is refused with its findings."""
    of = OfReport(treaty, kind, period)

    def check(desk: Desk, context: Context) -> Outcome:
        return _desk(write, desk).check(context, of)[0]

    return await write(body, check)


@report_router.post("/{treaty}/{kind}/{period}/approve", **done())
async def approve_report(
    treaty: str,
    kind: str,
    period: str,
    write: Annotated[Write, Depends(Writes(APPROVE_REPORT))],
    body: OptionalWords = None,
) -> Response:
    """Approve a checked report, as somebody who neither drafted nor checked it."""
    return await write(body, reports.approve_report, OfReport(treaty, kind, period))


@report_router.post("/{treaty}/{kind}/{period}/acknowledge", **done())
async def acknowledge_report(
    treaty: str, kind: str, period: str, body: Recipient, write: Prepares
) -> Response:
    """Book that a recipient has accepted the report."""
    of = OfReport(treaty, kind, period)
    return await write(body, reports.acknowledge_report, of, body.recipient)


@report_router.post("/{treaty}/{kind}/{period}/dispute", **done())
async def dispute_report(
    treaty: str, kind: str, period: str, body: NewDispute, write: Prepares
) -> Response:
    """Book that a recipient doubts the report, or some of its lines."""
    of = OfReport(treaty, kind, period)
    return await write(body, reports.dispute_report, of, body.recipient, body.lines)


def _desk(write: Write, desk: Desk) -> ReportDesk:
    """The desk of reports; it waits no longer for the read models than a read does."""
    settings = write.parts.settings
    return ReportDesk(desk, settings, patience=settings.longest_wait_seconds)


add_history(router, TREATIES, HISTORY)
