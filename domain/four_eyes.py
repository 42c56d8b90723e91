"""Four eyes: what one person has put forward, another one agrees to.

Every aggregate that asks for a second person asks here, so that there is one answer to the question
whether two names are one person's.
"""

import unicodedata
from collections.abc import Iterable

from domain.refusals import RuleBroken


def another_person(
    agrees: str, before: Iterable[str], code: str, detail: str, **facts: object
) -> None:
    """Raises RuleBroken with this code where who agrees has put it forward, or has no name."""
    name = _plain(agrees)
    if not name or name in map(_plain, before):
        raise RuleBroken(code, detail, **facts)


def _plain(name: str) -> str:
    """Names that only look different are one person's: `Amina`, ` amina`, and full-width letters.

    Sign-in names are compared in the same way.
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()
