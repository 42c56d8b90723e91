"""What may be told of an error that nobody foresaw: of which kind it is and where it happened.

Its own words may hold what somebody has entered, a name or a diagnosis, and a log is read by other
people than a record.
"""

import traceback
from pathlib import PurePath


def where(error: BaseException) -> str:
    """Where an error happened and of which kind, without its words."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def in_short(error: BaseException) -> str:
    """The same in one line: the kind and the place at which it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"
