"""How often somebody may ask: so many requests a minute, counted for all processes together.

The counting rule is the generic cell rate algorithm: one stored instant a caller, a burst of the
whole minute's allowance at once, then an even flow.
"""

from dataclasses import dataclass
from typing import Any

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


# Counts a try before it is made, so that tries at the same time count as well. Answers: how many
# seconds to wait (0: go on).
_TRY = """
local now = redis.call('TIME')[1]
local known = redis.call('HMGET', KEYS[1], 'tries', 'from')
local tries, from = tonumber(known[1] or 0), tonumber(known[2] or 0)
if now + 0 < from then return from - now end
tries = tries + 1
local free, first, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if tries >= free then from = now + math.min(longest, first * 2 ^ math.min(tries - free, 30)) end
redis.call('HSET', KEYS[1], 'tries', tries, 'from', math.floor(from))
redis.call('EXPIRE', KEYS[1], 2 * longest)
return 0
"""


@dataclass(frozen=True, slots=True)
class BackOff:
    """After `free` tries in a row the next has to wait for `first` seconds, each further one twice
    as long as that before, up to `longest`."""

    free: int
    first: int
    longest: int


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
        self._scripts: dict[str, str] = {}

    async def take(self, who: str, per_minute: int) -> Allowance:
        """Count one request of `who`; raises LimiterAway."""
        key = self._prefix + who
        try:
            answer = await self._run(_TAKE, key, MINUTE_MS, per_minute)
        except (RedisError, OSError) as error:
            raise LimiterAway(str(error)) from error
        allowed, remaining, reset_ms, retry_ms = answer
        return Allowance(bool(allowed), per_minute, remaining, reset_ms, retry_ms)

    async def may_try(self, what: str, back_off: BackOff) -> int:
        """Count a try that is not known to be right; the seconds to wait first, 0 for none.

        Raises LimiterAway.
        """
        key, bounds = self._prefix + what, (back_off.free, back_off.first, back_off.longest)
        try:
            return int(await self._run(_TRY, key, *bounds))
        except (RedisError, OSError) as error:
            raise LimiterAway(str(error)) from error

    async def was_right(self, what: str) -> None:
        """Forget the tries before; raises LimiterAway."""
        try:
            await self._redis.delete(self._prefix + what)
        except (RedisError, OSError) as error:
            raise LimiterAway(str(error)) from error

    async def _run(self, text: str, key: str, *bounds: int) -> Any:
        try:
            if text in self._scripts:
                return await self._redis.evalsha(self._scripts[text], 1, key, *bounds)
        except NoScriptError:
            pass
        self._scripts[text] = await self._redis.script_load(text)
        return await self._redis.evalsha(self._scripts[text], 1, key, *bounds)

    async def alive(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        await self._redis.aclose()
