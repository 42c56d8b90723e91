"""Errors that say: a server that we need is away or too busy, and may be back soon."""

import psycopg
import redis

from adapters.scanner import ScannerAway

OUTAGES: tuple[type[Exception], ...] = (
    psycopg.OperationalError,  # also: no connection free in time, statement timed out
    psycopg.InterfaceError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    ScannerAway,
)
