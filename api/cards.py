"""Members' cards over HTTP: issue, show, print, check at a provider's desk, revoke."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, StringConstraints

from adapters.card_codes import PURPOSE, CardCodes, CardSays, card_codes
from adapters.identities import Kind
from adapters.personal_contents import PersonalContents
from api.access import Allowed, Caller
from api.answers import done, made
from api.documentation import listed, single
from api.envelope import Success, success
from api.errors import not_found
from api.explanations import LANGUAGE
from api.fields import Asked, Body, Day, Id, OptionalWords
from api.history import HISTORY, add_history
from api.ownership import Told
from api.parts import parts_of
from api.readable import CARDS, MEMBERS
from api.reads import Read, Reads
from api.roles import ISSUE_CARD, PUBLIC, VERIFY_CARD
from api.routing import resource_router
from api.writing import Write, Writes
from commands import cards
from domain.card import CARD
from domain.card.events import Medium
from domain.card.state import Issued
from projections.printed_words import Language

CREATED = "/api/v1/cards"
router = resource_router("/api/v1", "Member Card")

PNG = {
    "content": {
        "image/png": {"schema": {"type": "string", "format": "binary"}},
        "image/svg+xml": {"schema": {"type": "string"}},
    },
    "description": "The code as a picture: PNG, or SVG where `Accept` asks for it.",
}
PDF = {
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The card, as large as a bank card.",
}
OfCard = Annotated[Read, Depends(Reads(CARDS))]
Changes = Annotated[Write, Depends(Writes(ISSUE_CARD))]


class NewCard(Asked):
    """A digital card counts at once, a physical one is printed and activated first."""

    medium: Medium = Medium.DIGITAL
    expires_on: Day | None = Field(None, description="Two years ahead where left out.")
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")


@router.get("/members/{member_id}/cards", **listed(CARDS))
async def list_cards_of_member(
    member_id: UUID, read: OfCard, member: Annotated[Read, Depends(Reads(MEMBERS))]
) -> Response:
    """The cards of a member, those that count no longer too."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id).page()


@router.post("/members/{member_id}/cards/generate", **made())
async def issue_card(
    member_id: UUID,
    write: Annotated[Write, Depends(Writes(ISSUE_CARD, creates=CREATED))],
    body: NewCard | None = None,
) -> Response:
    """Issue a card; an earlier one of the same medium is revoked, because this one replaces it."""
    asked = body or NewCard()
    new = cards.NewCard(member_id, asked.medium, asked.expires_on, asked.id)
    return await write(body, cards.issue_card, new)


@router.get("/cards/print-queue", **listed(CARDS))
async def list_cards_to_print(read: OfCard) -> Response:
    """Physical cards that nobody has printed yet."""
    return await read.only(stage="ordered").page()


SHOWN_TO = Told({Kind.PROVIDER: "a card that is shown at the own desk"})


class CardCheck(Body):
    """The text of a card's code, as a reader gives it."""

    code: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=400)] = Field(
        examples=["BIMA1.AYkAAAAAcACAAAAAAAABAg.MB-2025-00001.20270101.signature"]
    )


class Checked(BaseModel):
    """`genuine`: we signed the code. `valid`: it counts today. `why` says what is wrong."""

    genuine: bool
    valid: bool
    why: str
    card_number: str | None = None
    member_number: str | None = None
    member_id: UUID | None = None
    stage: str | None = None
    expires_on: str | None = None


@router.post("/cards/verify-qr", response_model=Success[Checked])
async def verify_card(
    body: CardCheck, read: Annotated[Read, Depends(Reads(CARDS, VERIFY_CARD, whose=SHOWN_TO))]
) -> Response:
    """Whether a card that somebody shows is ours and counts today. It names nobody."""
    read.nothing_else()
    parts = read.parts
    says = card_codes(parts.settings.secrets_folder).read(body.code.strip())
    if says is None:
        return success(_checked("this code was not made by us", genuine=False))
    card = (await run_in_threadpool(parts.desk.store.load, CARD, says.card_id)).state
    if not isinstance(card, Issued) or card.member_number != says.member_number:
        return success(_checked("there is no such card", genuine=False))
    today = parts.desk.clock.today()
    why = "" if card.counts_on(today) else f"the card is {card.stage}"
    if not why and today >= says.expires_on:
        why = "the code is of an earlier card"
    if today >= card.expires_on:
        why = f"the card expired on {card.expires_on}"
    told = _checked(why, genuine=True)
    told |= {
        "card_number": card.number,
        "member_number": card.member_number,
        "member_id": str(card.member_id),
        "stage": str(card.stage),
        "expires_on": card.expires_on.isoformat(),
    }
    return success(told)


def _checked(why: str, *, genuine: bool) -> dict[str, Any]:
    return {"genuine": genuine, "valid": genuine and not why, "why": why}


class CardKey(BaseModel):
    """The Ed25519 key as base64; a signature is of `purpose`, a zero byte, and the text before
    the last point of the code."""

    public_key: str
    purpose: str


@router.get("/cards/public-key", response_model=Success[CardKey])
async def show_card_key(
    request: Request, caller: Annotated[Caller | None, Depends(Allowed(PUBLIC))]
) -> Response:
    """The key with which anybody can check the codes of cards without asking us."""
    codes = card_codes(parts_of(request).settings.secrets_folder)
    return success({"public_key": codes.public_key, "purpose": PURPOSE})


@router.get("/cards/{id}", **single(CARDS))
async def show_card(
    card_id: Id, read: Annotated[Read, Depends(Reads(CARDS, past=True))]
) -> Response:
    """One card, now or as known then."""
    return await read.shown(card_id)


@router.patch("/cards/{id}/print", **done())
async def print_card(card_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Say that a physical card was printed: it leaves the queue."""
    return await write(body, cards.print_card, card_id)


@router.patch("/cards/{id}/activate", **done())
async def activate_card(card_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """The member has the card: from now on it counts."""
    return await write(body, cards.activate_card, card_id)


@router.patch("/cards/{id}/revoke", **done())
async def revoke_card(card_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """The card counts no longer: lost, stolen, or the member left."""
    return await write(body, cards.revoke_card, card_id)


@router.get("/cards/{id}/qr-code", response_class=Response, responses={200: PNG})
async def show_card_code(card_id: Id, read: OfCard, request: Request) -> Response:
    """The signed code of a card as a picture; it is read without a network and names nobody."""
    from projections.card_paper import qr_png, qr_svg

    read.nothing_else()
    text = _codes(read).of(_says(await _card(read, card_id), card_id))
    if "image/svg+xml" in request.headers.get("accept", ""):
        return Response(await run_in_threadpool(qr_svg, text), media_type="image/svg+xml")
    return Response(await run_in_threadpool(qr_png, text), media_type="image/png")


@router.get("/cards/{id}/pdf", response_class=Response, responses={200: PDF})
async def print_card_on_paper(
    card_id: Id, read: Annotated[Read, Depends(Reads(CARDS, more=(LANGUAGE,)))]
) -> Response:
    """The card as it is printed, with photo and code."""
    from projections.card_paper import OnCard, card_pdf

    read.nothing_else()
    card = await _card(read, card_id)
    parts = read.parts
    row = await parts.reading.row(
        "SELECT m.full_name, m.born_on, COALESCE(p.photo, '') FROM members m"
        " LEFT JOIN member_profiles p USING (tenant, member_id)"
        " WHERE m.tenant = %s AND m.member_id = %s",
        (parts.settings.tenant, card.member_id),
    )
    if row is None:
        raise not_found()
    photo = None
    if row[2]:
        contents = PersonalContents(parts.desk.store)
        photo = await run_in_threadpool(contents.find, card.member_id, row[2])
    told = OnCard(
        insurer=parts.settings.insurer_name,
        card_number=card.number,
        member_number=card.member_number,
        full_name=row[0],
        born_on=row[1],
        expires_on=card.expires_on,
        code=_codes(read).of(_says(card, card_id)),
        language=read.said.get("language") or Language.ENGLISH,
        photo=photo,
    )
    paper = await run_in_threadpool(card_pdf, told)
    headers = {"Content-Disposition": f'attachment; filename="{card.number}.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


async def _card(read: Read, card_id: UUID) -> Issued:
    """The card, if the caller may see it; raises Problem."""
    await read.check_there(card_id)
    card = (await run_in_threadpool(read.parts.desk.store.load, CARD, card_id)).state
    if not isinstance(card, Issued):
        raise not_found()
    return card


def _codes(read: Read) -> CardCodes:
    return card_codes(read.parts.settings.secrets_folder)


def _says(card: Issued, card_id: UUID) -> CardSays:
    return CardSays(card_id, card.member_number, card.expires_on)


add_history(router, CARDS, HISTORY, prefix="/cards")
