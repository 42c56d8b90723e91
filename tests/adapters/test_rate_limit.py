"""The count of requests is one count, however many processes ask, and it is exact."""

import asyncio
import time

import pytest

from adapters.rate_limit import Allowance, LimiterAway, RateLimiter

PROCESSES = 8


async def ask_at_once(url: str, who: str, limit: int, times: int) -> list[Allowance]:
    """Eight limiters, each with a connection of its own, asking side by side."""
    limiters = [RateLimiter(url, patience=60) for _ in range(PROCESSES)]
    try:
        asked = [limiters[n % PROCESSES].take(who, limit) for n in range(times)]
        return list(await asyncio.gather(*asked))
    finally:
        for limiter in limiters:
            await limiter.close()


@pytest.mark.parametrize("limit", [1, 10, 100])
def test_many_at_once_get_exactly_the_allowance(redis_url: str, limit: int) -> None:
    started = time.monotonic()
    answers = asyncio.run(ask_at_once(redis_url, f"exact-{limit}", limit, limit + 20))
    freed = int((time.monotonic() - started) * limit / 60) + 1  # one every minute / limit
    allowed = [answer for answer in answers if answer.allowed]
    assert limit <= len(allowed) <= limit + freed
    refused = [answer for answer in answers if not answer.allowed]
    assert all(0 < answer.retry_ms <= 60_000 for answer in refused)
    assert all(answer.remaining == 0 for answer in refused)


def test_each_has_an_allowance_of_their_own(redis_url: str) -> None:
    asyncio.run(ask_at_once(redis_url, "busy", 5, 10))
    (answer,) = asyncio.run(ask_at_once(redis_url, "quiet", 5, 1))
    assert (answer.allowed, answer.remaining) == (True, 4)


def test_a_server_that_is_away_is_told_at_once() -> None:
    async def ask() -> Allowance:
        limiter = RateLimiter("unix:///no/such.sock")
        try:
            assert not await limiter.alive()
            return await limiter.take("me", 10)
        finally:
            await limiter.close()

    with pytest.raises(LimiterAway):
        asyncio.run(ask())
