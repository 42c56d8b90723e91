"""Who else is reached by the same telephone or e-mail: looked up before somebody is enrolled."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.parts import Parts
from projections.member_profiles import email_key, phone_key

MOST = 5  # numbers that are told; whoever has more namesakes than that looks them up
_ALIKE = """SELECT number, phone_key, email_key, family_id FROM member_profiles
WHERE tenant = %s AND ((phone_key <> '' AND phone_key = ANY (%s))
                    OR (email_key <> '' AND email_key = ANY (%s)))
ORDER BY created_at, member_id LIMIT 1000"""


@dataclass(frozen=True, slots=True)
class Reached:
    """How somebody is reached; relatives (of one family) may be reached alike."""

    phone: str
    email: str
    family_id: UUID | None = None


async def alike(parts: Parts, people: Iterable[Reached]) -> list[tuple[str, ...]]:
    """For each person the numbers of members of other families who are reached alike."""
    asked = [(phone_key(one.phone), email_key(one.email), one.family_id) for one in people]
    phones = [phone for phone, _, _ in asked if phone]
    emails = [email for _, email, _ in asked if email]
    if not phones and not emails:
        return [() for _ in asked]
    rows = await parts.reading.rows(_ALIKE, (parts.settings.tenant, phones, emails))
    return [
        tuple(
            number
            for number, known_phone, known_email, known_family in rows
            if known_family != family
            and ((phone and known_phone == phone) or (email and known_email == email))
        )[:MOST]
        for phone, email, family in asked
    ]
