"""Biometric records over HTTP: register, compare with one member or with all, destroy.

Templates come in and never go out.
"""

import base64
import binascii
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, Field, StringConstraints

from adapters.biometric_templates import NotATemplate, vector
from adapters.identities import Kind
from api.answers import done, made
from api.claim_documents import BASE64
from api.documentation import listed, single
from api.envelope import Success
from api.errors import wrong_field
from api.fields import Asked, Count, Id, Name, Word
from api.history import HISTORY, add_history
from api.ownership import Told
from api.readable import BIOMETRICS, COMPARISONS, MEMBERS
from api.reads import Read, Reads
from api.roles import (
    ADD_BIOMETRIC,
    MATCH_BIOMETRIC,
    VERIFY_BIOMETRIC,
    VIEW_BIOMETRIC,
)
from api.routing import resource_router
from api.writing import Write, Writes
from commands import biometrics
from domain.biometric.events import Modality

CREATED = "/api/v1/biometrics"
router = resource_router("/api/v1", "Biometric")

OfRecord = Annotated[Read, Depends(Reads(BIOMETRICS))]
ADMITS = Told({Kind.PROVIDER: "somebody at the own desk"})
# Sixteen numbers, the fewest that are taken: what an example needs.
TINY = base64.b64encode(b"\x00\x00\x80?" * 16).decode()


class Shown(Asked):
    """What a device made of a finger or face: 32-bit floats, little-endian, in base64."""

    modality: Modality
    model: Name = Field(examples=["finger-net-3"], description="What made the numbers.")
    template: Annotated[str, StringConstraints(strict=True, max_length=30_000, pattern=BASE64)] = (
        Field(examples=[TINY])
    )

    def numbers(self) -> bytes:
        """The template's bytes; raises Problem for what is none."""
        try:
            content = base64.b64decode(self.template, validate=True)
            vector(content)
        except binascii.Error as error:
            raise wrong_field("template", "is not base64") from error
        except NotATemplate as error:
            raise wrong_field("template", str(error)) from error
        return content


class NewBiometric(Shown):
    """`part` names the finger (`right_thumb`); `quality` is the device's, of 100."""

    part: Word = Field("", examples=["right_thumb"])
    quality: Annotated[Count, Field(ge=0, le=100)] = Field(examples=[80])
    device: Word = ""
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")


class Compared(Shown):
    purpose: Name = Field(examples=["admission"], description="What for; the member sees it.")


class ComparedWith(Compared):
    member_id: UUID


class Verified(BaseModel):
    """Whether it is this member; `id` is the record that was most alike."""

    id: UUID
    matched: bool
    similarity_bps: int
    needed_bps: int


class Candidate(BaseModel):
    id: UUID
    member_id: UUID
    similarity_bps: int


class Candidates(BaseModel):
    """Who it may be, the most alike first; at most five."""

    candidates: list[Candidate]


@router.get("/members/{member_id}/biometrics", **listed(BIOMETRICS))
async def list_biometrics(
    member_id: UUID,
    read: OfRecord,
    member: Annotated[Read, Depends(Reads(MEMBERS, VIEW_BIOMETRIC))],
) -> Response:
    """Which fingers and faces of a member are known; never how they look."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id).page()


@router.post("/members/{member_id}/biometrics", **made())
async def register_biometric(
    member_id: UUID,
    body: NewBiometric,
    write: Annotated[Write, Depends(Writes(ADD_BIOMETRIC, creates=CREATED))],
) -> Response:
    """Register a finger or face. The template is sealed with a key of its own, and in no event."""
    capture = biometrics.Capture(
        member_id, body.modality, body.part, body.quality, body.model, body.device,
        body.numbers(), body.id,
    )  # fmt: skip
    return await write(body, biometrics.register_biometric, capture)


@router.post("/biometrics/verify", response_model=Success[Verified])
async def verify_biometric(
    body: ComparedWith, write: Annotated[Write, Depends(Writes(VERIFY_BIOMETRIC, whose=ADMITS))]
) -> Response:
    """Is it this member? Every try is recorded, also one that fails."""
    return await write(body, biometrics.verify_biometric, _held(write, body, body.member_id))


@router.post("/biometrics/match", response_model=Success[Candidates])
async def match_biometric(
    body: Compared, write: Annotated[Write, Depends(Writes(MATCH_BIOMETRIC))]
) -> Response:
    """Who is it? Held against everybody's records; for those who have no card with them."""
    return await write(body, biometrics.match_biometric, _held(write, body, None))


def _held(write: Write, body: Compared, member_id: UUID | None) -> biometrics.Comparison:
    needed = round(write.parts.settings.biometric_needed * 10_000)
    return biometrics.Comparison(
        body.modality, body.model, body.numbers(), body.purpose, needed, member_id
    )


@router.get("/biometrics/{id}", **single(BIOMETRICS))
async def show_biometric(
    biometric_id: Id, read: Annotated[Read, Depends(Reads(BIOMETRICS, past=True))]
) -> Response:
    """One record, now or as known then; never the template."""
    return await read.shown(biometric_id)


@router.get("/biometrics/{id}/comparisons", **listed(COMPARISONS))
async def list_comparisons(
    biometric_id: Id, read: Annotated[Read, Depends(Reads(COMPARISONS))], record: OfRecord
) -> Response:
    """Who held somebody against a record, what for, and what came of it."""
    return await read.children(record, biometric_id)


@router.delete("/biometrics/{id}", **done())
async def destroy_biometric(
    biometric_id: Id, write: Annotated[Write, Depends(Writes(ADD_BIOMETRIC))]
) -> Response:
    """Destroy template and key; that the record was there stays."""
    return await write(None, biometrics.destroy_biometric, biometric_id)


add_history(router, BIOMETRICS, HISTORY, prefix="/biometrics")
