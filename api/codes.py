"""Code lists over HTTP: the services, goods and diagnoses that claims are written in."""

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed
from api.fields import Asked, Body, Code, Count, Day, Id, Name, Word
from api.forms import Exact
from api.readable import CODES
from api.reads import Read, Reads
from api.roles import CHANGE_CODES
from api.routing import resource_router
from api.writing import Write, Writes
from commands import codes
from domain.adjudication.case import CareType, Kind, Service
from domain.code.decide import PublishCode
from domain.code.events import System

SERVICES = "/api/v1/claims/service-codes"
DIAGNOSES = "/api/v1/claims/diagnosis-codes"
router = resource_router("/api/v1/claims", "Eligibility & Coverage")

MOST_CODES = 2_000
OfCodes = Annotated[Read, Depends(Reads(CODES))]
Group = Annotated[str, Field(pattern=r"^(male|female|adult|child)$")]


class NewDiagnosis(Body):
    code: Code = Field(examples=["J06.9"])
    description: Name = Field(examples=["Acute upper respiratory infection"])
    from_on: Day = Field(examples=["2020-01-01"])

    def command(self) -> PublishCode:
        return PublishCode(System.DIAGNOSIS, self.code, self.description, self.from_on)


class NewService(NewDiagnosis):
    """A service or good; prices are for one unit, `bundle_price` the flat price of a bundle."""

    code: Code = Field(examples=["CONS-GP"])
    description: Name = Field(examples=["Consultation"])
    kind: Kind = Kind.SERVICE
    category: Word = Field("", examples=["consultation"])
    base_price: Exact | None = None
    bundle_price: Exact | None = None
    care_type: CareType = CareType.BOTH
    frequency_days: Annotated[Count, Field(ge=0, le=36_500)] = 0
    who: Annotated[tuple[Group, ...], Field(max_length=4)] = ()

    def command(self) -> PublishCode:
        service = Service(
            self.code,
            self.kind,
            self.category,
            Decimal(self.base_price or 0),
            self.care_type,
            self.frequency_days,
            self.who,
            bundle_price=None if self.bundle_price is None else Decimal(self.bundle_price),
        )
        return PublishCode(System.SERVICE, self.code, self.description, self.from_on, service)


class NewServices(Asked):
    codes: Annotated[tuple[NewService, ...], Field(min_length=1, max_length=MOST_CODES)]


class NewDiagnoses(Asked):
    codes: Annotated[tuple[NewDiagnosis, ...], Field(min_length=1, max_length=MOST_CODES)]


class Retiring(Asked):
    from_on: Day
    replaced_by: Word = ""


@router.get("/service-codes", **listed(CODES))
async def list_service_codes(read: OfCodes) -> Response:
    """The services and goods that claims may name, with category, price and who may have them."""
    return await read.only(system=System.SERVICE).page()


@router.post("/service-codes", **made())
async def publish_service_codes(
    body: NewServices, write: Annotated[Write, Depends(Writes(CHANGE_CODES, creates=SERVICES))]
) -> Response:
    """Publish services and goods, or describe them anew from a day on."""
    request = codes.CodeList(tuple(code.command() for code in body.codes))
    return await write(body, codes.publish_codes, request)


@router.get("/diagnosis-codes", **listed(CODES))
async def list_diagnosis_codes(read: OfCodes) -> Response:
    """The diagnoses that claims may name."""
    return await read.only(system=System.DIAGNOSIS).page()


@router.post("/diagnosis-codes", **made())
async def publish_diagnosis_codes(
    body: NewDiagnoses, write: Annotated[Write, Depends(Writes(CHANGE_CODES, creates=DIAGNOSES))]
) -> Response:
    """Publish diagnoses, or describe them anew."""
    request = codes.CodeList(tuple(code.command() for code in body.codes))
    return await write(body, codes.publish_codes, request)


@router.post("/codes/{id}/retire", **done())
async def retire_code(
    code_id: Id, body: Retiring, write: Annotated[Write, Depends(Writes(CHANGE_CODES))]
) -> Response:
    """Take a code out of use from a day on; care before it may still be claimed with it."""
    request = codes.Retirement(code_id, body.from_on, body.replaced_by)
    return await write(body, codes.retire_code, request)
