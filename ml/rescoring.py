"""Judges a whole book again, each claim with what was known when it came in.

One walk through the claims in the order of recording: what comes later is not there yet when a
claim is looked at, so nothing can leak back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from domain.fraud.judgement import Judgement
from domain.fraud.known import SeenClaim
from ml.claim_history import ClaimHistory
from ml.judging import Asked, asked

BATCH = 2_000


class Flag(NamedTuple):
    """A finding against a member or a provider, and since when it stands."""

    position: int
    subject: str
    words: str


def rejudged(
    claims: Iterable[tuple[int, SeenClaim]],
    flags: Sequence[Flag],
    judge: Callable[[Sequence[Asked]], list[Judgement]],
    after: int = 0,
) -> Iterator[tuple[UUID, Judgement]]:
    """Every claim recorded after a position, with what is thought of it now.

    `claims` come with their positions, from the first one on: the earlier ones are what the later
    ones are compared with.
    """
    all_asked = _walked(claims, flags, after)
    while batch := list(islice(all_asked, BATCH)):
        judged = judge(batch)
        yield from ((one.claim_id, found) for one, found in zip(batch, judged, strict=True))


def _walked(
    claims: Iterable[tuple[int, SeenClaim]], flags: Sequence[Flag], after: int
) -> Iterator[Asked]:
    history = ClaimHistory()
    waiting = list(reversed(flags))
    for position, claim in claims:
        while waiting and waiting[-1].position < position:
            flag = waiting.pop()
            history.flag(flag.subject, flag.words)
        if position > after:
            yield asked(UUID(claim.claim_id), claim, history.beside(claim))
        history.add(claim)
