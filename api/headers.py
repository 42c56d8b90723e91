"""What a request may say beside its body: headers and switches, the same for every operation."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query

from api.fields import Day, Instant

VERSION = r'^(W/)?"?([0-9]{1,9})"?$'
"""An ETag of ours: the version of a stream, in the second group."""

DryRun = Annotated[bool, Query(description="Decide and explain, and record nothing.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A name for this request, made by the client before the first try.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=VERSION,
        description="The version (ETag) that must still stand.",
    ),
]
XReason = Annotated[
    str | None,
    Header(
        alias="X-Reason",
        max_length=1_000,
        description="Why, percent-encoded; the body's wins.",
    ),
]
XEffectiveOn = Annotated[
    Day | None,
    Header(alias="X-Effective-On", description="From which day it holds; the body's wins."),
]
XCorrelationId = Annotated[
    UUID | None,
    Header(alias="X-Correlation-Id", description="The larger undertaking that this belongs to."),
]
After = Annotated[
    int | None, Query(ge=0, le=2**63 - 1, description="Show at least this ledger position.")
]
XLedgerPosition = Annotated[
    int | None,
    Header(
        alias="X-Ledger-Position",
        ge=0,
        le=2**63 - 1,
        description="The same, as a write answered it.",
    ),
]
KnownAt = Annotated[Instant | None, Query(description="As the ledger knew it at this instant.")]
EffectiveOn = Annotated[Day | None, Query(description="As it was in force on this day.")]
