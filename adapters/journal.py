"""One form for what all parts say in their logs: a JSON object a line, with its instant in UTC.

Which part writes what, and for how long it is kept, is told in docs/operations/logs.md.
"""

import json
import logging
import time
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

REFUSALS: Final = "bima.refused"
"""The logger of requests that were refused."""
MOST_A_SECOND = 20  # entries of refused requests by one process; the rest is counted


class OneForm(logging.Formatter):
    """An entry as one line that programs can read: nothing that it says can begin another."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "said": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=True, default=str)


class AtMost(logging.Filter):
    """So many entries a second; what was left out is counted in the next one that is written.

    Whoever sends requests to be refused must not be able to fill a disk with them.
    """

    def __init__(self, a_second: int = MOST_A_SECOND) -> None:
        super().__init__()
        self._most = a_second
        self._second = self._written = self._left_out = 0
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        second = int(time.monotonic())
        with self._lock:
            if second != self._second:
                self._second, self._written = second, 0
            if self._written >= self._most:
                self._left_out += 1
                return False
            self._written += 1
            left_out, self._left_out = self._left_out, 0
        if left_out:
            record.told = {**getattr(record, "told", {}), "left_out_before": left_out}
        return True


def entry(logger: str, said: str, level: int = logging.INFO) -> str:
    """The line of a program that prints what happens to it."""
    return OneForm().format(logging.LogRecord(logger, level, "", 0, said, None, None))


def write_in_one_form() -> None:
    """Have this process write its log so, as `logging` was set up before."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(OneForm())
    logging.getLogger("bima").setLevel(logging.INFO)


SERVED: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one": {"()": OneForm}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "one"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"uvicorn": {"level": "INFO"}, "bima": {"level": "INFO"}},
}
"""The same for the server of the API, in the words of `logging.config`."""


def refusals() -> logging.Logger:
    """The logger of refused requests, bounded."""
    log = logging.getLogger(REFUSALS)
    if not any(isinstance(it, AtMost) for it in log.filters):
        log.addFilter(AtMost())
    return log
