"""How often somebody may ask: so many requests a minute, counted for all processes together.

The counting rule is the generic cell rate algorithm: one stored instant a caller, a burst of the
whole minute's allowance at once, then an even flow.
"""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

MINUTE_MS = 60_000

# The server's own clock decides, so that processes on machines with other clocks agree.
# Answers: allowed (1 or 0), requests left, ms until everything is free again, ms until one is.
_TAKE = """
local now = redis.call('TIME')
local at = now[1] * 1000 + now[2] / 1000
local period, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local each = period / limit
local full = tonumber(redis.call('GET', KEYS[1]) or at)
if full < at then full = at end
local after = full + each
local early = after - period - at
if early > 0 then
  return {0, 0, math.ceil(full - at), math.ceil(early)}
end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - at))
return {1, math.floor((period - (after - at)) / each + 1e-6), math.ceil(after - at), 0}
"""


class LimiterAway(Exception):
    """The server that counts cannot be reached."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`limit` a minute, `remaining` of it now; `reset_ms` until all of it is free again.

    Where not `allowed`, the next request is welcome after `retry_ms`.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_ms: int
    retry_ms: int


class RateLimiter:
    """Counts in Redis under `prefix`; an answer is waited for `patience` seconds."""

    def __init__(self, url: str, prefix: str = "bima:limit:", patience: float = 0.5) -> None:
        # One quick try: a limiter that is away must not hold up every request.
        self._redis = Redis.from_url(
            url,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),
        )
        self._prefix = prefix
        self._script = ""

    async def take(self, who: str, per_minute: int) -> Allowance:
        """Count one request of `who`; raises LimiterAway."""
        key = self._prefix + who
        try:
            answer = await self._run(key, per_minute)
        except (RedisError, OSError) as error:
            raise LimiterAway(str(error)) from error
        allowed, remaining, reset_ms, retry_ms = answer
        return Allowance(bool(allowed), per_minute, remaining, reset_ms, retry_ms)

    async def _run(self, key: str, per_minute: int) -> list[int]:
        arguments = (1, key, MINUTE_MS, per_minute)
        try:
            if self._script:
                return await self._redis.evalsha(self._script, *arguments)  # type: ignore[no-any-return]  # untyped answers
        except NoScriptError:
            pass
        self._script = await self._redis.script_load(_TAKE)
        return await self._redis.evalsha(self._script, *arguments)  # type: ignore[no-any-return]  # untyped answers

    async def alive(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        await self._redis.aclose()
