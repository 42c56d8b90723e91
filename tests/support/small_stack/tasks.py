"""A worker's module with one task."""

import os

import dramatiq
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=os.environ["REDIS_URL"]))  # type: ignore[no-untyped-call]  # the library has no types here


@dramatiq.actor
def settle(claim: str) -> str:
    return claim
