"""What the steps of the year share: the book, who is signed in, and what has come of it so far."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from cli.demo_book import Book
from cli.demo_year.portal import Portal, SignedIn
from cli.demo_year.promises import Promises
from cli.demo_year.screen import Screen
from cli.demo_year.staff import Hired


@dataclass
class Known:
    """Ids that the ledger gave, by the keys of the book. Filled by many threads, each key once."""

    schemes: dict[str, str] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class Year:
    """The demo at work. `began_at` tells its claims from those of an earlier demo."""

    book: Book
    portal: Portal
    hired: Hired
    screen: Screen
    began_at: datetime
    promises: Promises = field(default_factory=Promises)
    known: Known = field(default_factory=Known)
    _signed_in: dict[str, SignedIn] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def as_(self, who: str) -> SignedIn:
        """The portal as one of the staff, signed in at the first need."""
        with self._lock:
            if who not in self._signed_in:
                name = self.hired.username(who)
                self._signed_in[who] = self.portal.sign_in(name, self.hired.password)
            return self._signed_in[who]

    @property
    def ours(self) -> dict[str, str]:
        """The filter of lists that shows this demo's claims alone."""
        return {"created_at__gte": self.began_at.isoformat()}

    def count(self, **filters: str) -> int:
        """How many of this demo's claims fit."""
        return self.as_("auditor").count("/claims", **self.ours, **filters)
