"""What was known beside a claim at its own log position: the read model behind fraud scores."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from adapters.postgres import Connection, Pool
from domain.fraud.alike import LATEST as LATEST_LIKE
from domain.fraud.alike import Alike
from domain.fraud.known import (
    AROUND,
    FEWEST_PRICES,
    LATEST_HERE,
    LATEST_PRICES,
    SAME_PLACES,
    ClaimedLine,
    Known,
    SeenClaim,
)

_SEEN = (
    "f.claim_id::text, f.member_id::text, f.family::text, f.provider_id::text, "
    "f.phone, f.account, f.home, f.place, "
    "f.diagnosis, f.service_from, f.submitted_on, f.lines, f.position"
)
_OWN = f"SELECT {_SEEN} FROM claim_facts f WHERE f.tenant = %s AND f.claim_id = %s"  # noqa: S608  # nosec B608  # columns and bounds named here
_ALL = f"""SELECT {_SEEN} FROM claim_facts f
WHERE f.tenant = %s AND f.position > %s AND f.position <= %s
ORDER BY f.position LIMIT %s"""  # noqa: S608  # nosec B608  # columns and bounds named here

_RECENT = f"""SELECT {_SEEN} FROM claim_facts f
WHERE f.tenant = %s AND f.member_id = %s AND f.service_from BETWEEN %s AND %s AND f.position < %s
ORDER BY f.position"""  # noqa: S608  # nosec B608  # columns and bounds named here
_HERE = f"""SELECT {_SEEN} FROM claim_facts f
WHERE f.tenant = %s AND f.provider_id = %s AND f.position < %s
ORDER BY f.position DESC LIMIT {LATEST_HERE}"""  # noqa: S608  # nosec B608  # columns and bounds named here
_LIKE = f"""SELECT f.billed_minor, f.codes FROM claim_facts f
WHERE f.tenant = %s AND f.diagnosis = %s AND f.position >= %s AND f.position < %s
ORDER BY f.position DESC LIMIT {LATEST_LIKE}"""  # noqa: S608  # nosec B608  # columns and bounds named here

_USUAL = f"""SELECT asked.code, usual.minor
FROM unnest(%s::text[]) AS asked (code), LATERAL (
    SELECT count(*) AS known, percentile_disc(0.5) WITHIN GROUP (ORDER BY p.unit_minor) AS minor
    FROM (SELECT unit_minor FROM claim_prices
          WHERE tenant = %s AND code = asked.code AND position < %s
          ORDER BY position DESC, line DESC LIMIT {LATEST_PRICES}) AS p) AS usual
WHERE usual.known >= {FEWEST_PRICES}"""  # noqa: S608  # nosec B608  # columns and bounds named here

_PHONE = """SELECT count(DISTINCT f.family), count(*) FILTER (WHERE f.provider_id = %s)
FROM claim_facts f
WHERE f.tenant = %s AND f.phone = %s AND f.phone <> '' AND f.position < %s AND f.family <> %s"""
_ACCOUNT = """SELECT count(*) FROM claim_payees p
WHERE p.tenant = %s AND p.account = %s AND p.account <> '' AND p.provider_id <> %s
  AND EXISTS (SELECT FROM claim_facts f WHERE f.tenant = p.tenant
              AND f.provider_id = p.provider_id AND f.position < %s)"""
_COMPANIONS = f"""SELECT count(*) FROM (
    SELECT f.member_id FROM claim_facts f
    WHERE f.tenant = %s AND f.provider_id = ANY (%s) AND f.service_from >= %s AND f.position < %s
      AND f.member_id <> %s
    GROUP BY f.member_id HAVING count(DISTINCT f.provider_id) >= {SAME_PLACES}) AS met"""  # noqa: S608  # nosec B608  # columns and bounds named here
_FLAGS = """SELECT words FROM fraud_flags
WHERE tenant = %s AND subject_id = ANY (%s) AND position < %s ORDER BY subject_id <> %s, position"""
_OUTCOMES = """SELECT f.claim_id, CASE WHEN bool_or(c.stage = 'confirmed') THEN true
    WHEN bool_and(c.stage = 'cleared') THEN false END
FROM fraud_cases c
JOIN claim_facts f ON f.tenant = c.tenant
    AND (f.claim_id = c.claim_id OR (c.stage = 'confirmed' AND f.number = ANY (c.linked)))
WHERE c.tenant = %s GROUP BY f.claim_id"""
PAGE = 5_000
STEP = 16  # claims for an illness until what is alike is kept again
KEPT = 3  # of an illness
ILLNESSES = 128


class ClaimsDeskKnows:
    """Answers `commands.ports.ClaimsKnown` for one tenant.

    The rows must have come to the position that is asked about (`waiting.wait_for` with
    "claim_facts" and "fraud_cases"); later rows do not change the answer.
    """

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant
        self._alike = AlikeBefore()

    def beside(self, claim_id: UUID) -> tuple[SeenClaim, Known] | None:
        """A claim with what was known when it came in; None where it is not known here."""
        with self._pool.connection() as conn:
            row = conn.execute(_OWN, (self._tenant, claim_id), binary=True).fetchone()
            return (seen(row), self._known(conn, row)) if row is not None else None

    def in_order(self, after: int = 0, until: int = 2**62) -> Iterator[tuple[int, SeenClaim]]:
        """All claims recorded between two positions with their own, in the order of recording."""
        while True:
            with self._pool.connection() as conn:
                page = (self._tenant, after, until, PAGE)
                rows = conn.execute(_ALL, page, binary=True).fetchall()
            for row in rows:
                yield row[-1], seen(row)
            if len(rows) < PAGE:
                return
            after = rows[-1][-1]

    def flags_in_order(self) -> list[tuple[int, str, str]]:
        """All findings against members and providers: position, whom, and in words."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT position, subject_id, words FROM fraud_flags WHERE tenant = %s "
                "ORDER BY position",
                (self._tenant,),
            ).fetchall()
        return [(position, str(subject), words) for position, subject, words in rows]

    def outcomes(self) -> dict[str, bool | None]:
        """Of every suspected claim whether it was fraud; None while that is open. A finding holds
        for the claims that were linked to it."""
        with self._pool.connection() as conn:
            rows = conn.execute(_OUTCOMES, (self._tenant,)).fetchall()
        return {str(claim): fraud for claim, fraud in rows}

    def _known(self, conn: Connection, own: Sequence[Any]) -> Known:
        tenant, claim, position = self._tenant, seen(own), own[-1]
        member, family, provider = map(UUID, own[1:4])
        around = (claim.service_on - AROUND, claim.service_on + AROUND)
        since, before = self._alike.latest(claim.diagnosis, position)
        with conn.pipeline():
            recent = conn.execute(_RECENT, (tenant, member, *around, position), binary=True)
            here = conn.execute(_HERE, (tenant, provider, position), binary=True)
            like = conn.execute(_LIKE, (tenant, claim.diagnosis, since, position), binary=True)
            usual = conn.execute(_USUAL, (sorted(claim.codes), tenant, position), binary=True)
            phone = conn.execute(_PHONE, (provider, tenant, claim.phone, position, family))
            account = conn.execute(_ACCOUNT, (tenant, claim.account, provider, position))
            flags = conn.execute(_FLAGS, (tenant, [member, provider], position, member))
        recently = tuple(seen(row) for row in recent)
        on_phone, phone_here = phone.fetchone() or (0, 0)
        return Known(
            recent=recently,
            here=tuple(seen(row) for row in reversed(here.fetchall())),
            like=self._alike.gone_on(claim.diagnosis, before, like.fetchall(), position),
            usual_prices=dict(usual.fetchall()),
            families_on_phone=on_phone,
            phone_here=phone_here,
            providers_on_account=(account.fetchone() or (0,))[0],
            companions=self._companions(conn, claim, recently, position),
            flagged=tuple(words for (words,) in flags),
        )

    def _companions(
        self, conn: Connection, claim: SeenClaim, recent: Sequence[SeenClaim], position: int
    ) -> int:
        places = {one.provider for one in recent} | {claim.provider}
        if len(places) < SAME_PLACES:
            return 0
        row = conn.execute(
            _COMPANIONS,
            (
                self._tenant, [UUID(place) for place in sorted(places)],
                claim.service_on - AROUND, position, UUID(claim.member),
            ),
        ).fetchone()  # fmt: skip
        return row[0] if row is not None else 0


def seen(row: Sequence[Any]) -> SeenClaim:
    """A row as rules and models read it."""
    claim, member, family, provider, phone, account, home, place, diagnosis, *rest = row
    service_on, submitted_on, lines = rest[:3]
    return SeenClaim(
        claim, member, family, provider, phone, account, home, place, diagnosis, service_on,
        submitted_on, tuple([_line(text) for text in lines]),
    )  # fmt: skip


@lru_cache(8_192)  # the same services at the same prices, again and again
def _line(text: str) -> ClaimedLine:
    minor, quantity, code = text.split(" ", 2)
    return ClaimedLine(code, Decimal(quantity), int(minor))


class AlikeBefore:
    """What was alike before positions of late; claims for the same illness come again and again,
    and each time nearly all that was known is known already.

    Workers ask in nearly, not quite, the order of the log, so a few are kept of each illness, some
    claims apart. A claim whose member is erased loses its illness; here it is counted, by amount
    and services alone, for as long as it is among the latest.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, list[tuple[int, Alike]]] = OrderedDict()
        self._lock = threading.Lock()

    def latest(self, diagnosis: str, position: int) -> tuple[int, Alike]:
        """The latest that is kept from before a position, and up to where it goes."""
        with self._lock:
            kept = self._kept.get(diagnosis, [])
            return next(
                ((to, alike) for to, alike in reversed(kept) if to <= position), (0, Alike())
            )

    def gone_on(
        self, diagnosis: str, before: Alike, rows: Sequence[Sequence[Any]], position: int
    ) -> Alike:
        """What is alike before `position`: what was `before`, and the rows since, latest first."""
        if not diagnosis:
            return Alike()
        alike = copy(before)
        for billed, codes in reversed(rows):
            alike.add(billed, frozenset(codes))
        if len(rows) >= STEP:
            self._keep(diagnosis, position, copy(alike))
        return alike

    def _keep(self, diagnosis: str, position: int, alike: Alike) -> None:
        with self._lock:
            kept = self._kept.setdefault(diagnosis, [])
            self._kept.move_to_end(diagnosis)
            if not kept or position > kept[-1][0]:
                kept.append((position, alike))
                del kept[:-KEPT]
            if len(self._kept) > ILLNESSES:
                self._kept.popitem(last=False)
