"""Reads MT940, the SWIFT statement of an account, as far as payments need it.

Fields are those of the SWIFT user handbook, MT940: `:60F:` opening balance, `:61:` a movement,
`:86:` what the bank says to it, `:62F:` closing balance. A statement whose movements do not lead
from the one balance to the other is refused: something of it is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from adapters.statement_values import StatementUnreadable, amount
from domain.money import Money
from domain.payment.reconciling import StatementLine

_TAG = re.compile(r":(\d{2}[A-Z]?):(.*)")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,]{1,15})")
_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<mark>RC|RD|C|D)[A-Z]?(?P<amount>[\d,]{1,15})"
    r"(?P<kind>[NFS][A-Z0-9]{3})(?P<ours>[^/\n]{0,16})(?://(?P<theirs>[^\n]{0,16}))?(?:\n.*)?",
    re.DOTALL,
)
_OUR_NUMBER = re.compile(r"\b[A-Z]{3}-\d{4}-\d{5,}\b")
RETURNED = "RTI"
"""The kind of a movement by which a transfer comes back."""
LEAVING = ("D", "RC")
UNREFERENCED = "NONREF"


def is_mt940(text: str) -> bool:
    """Whether it looks like one: with or without the blocks around the message."""
    return re.match(r"\s*(\{1:.*?\{4:\s*)?:20:", text, re.DOTALL) is not None


def read_mt940(text: str) -> tuple[StatementLine, ...]:
    """All movements of payments, in all messages of the file; raises StatementUnreadable."""
    lines: list[StatementLine] = []
    faults: list[str] = []
    statement = _Statement()
    for number, tag, said in _fields(text):
        if tag == "20":
            statement = _Statement()
        try:
            statement.take(number, tag, said)
        except ValueError as error:
            faults.append(f"line {number}: {error}")
        if tag in ("62F", "62M"):
            lines += statement.lines
            statement = _Statement(ended=True)
    if not statement.ended:
        faults.append("the last statement has no closing balance (:62F:): its end is missing")
    if faults:
        raise StatementUnreadable(faults)
    return tuple(lines)


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """Every field with the number of its first line; what follows without a tag belongs to it."""
    tag, said, first = "", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        found = _TAG.match(line.rpartition("{4:")[2].strip())
        if found is None:
            if tag and line.strip() not in ("-", "-}", ""):
                said += "\n" + line.strip()
            continue
        if tag:
            yield first, tag, said
        (tag, said), first = found.groups(), number
    if tag:
        yield first, tag, said


@dataclass
class _Statement:
    """One message while it is read; `saldo` is the balance in minor units so far, `unnamed` tells
    that the last movement is a payment's and does not say whose."""

    ended: bool = False
    unnamed: bool = False
    currency: str = ""
    saldo: int = 0
    lines: list[StatementLine] = field(default_factory=list)

    def take(self, number: int, tag: str, said: str) -> None:
        """Take a field; raises ValueError for one that cannot be read."""
        if tag in ("60F", "60M"):
            balance = _balance(said)
            self.currency, self.saldo = balance.currency, balance.minor
        elif tag == "61":
            self._movement(number, said)
        elif tag == "86" and self.unnamed:
            if (named := _OUR_NUMBER.search(said.replace("\n", ""))) is not None:
                self.lines[-1] = replace(self.lines[-1], instruction_id=named[0])
        elif tag in ("62F", "62M") and _balance(said).minor != self.saldo:
            raise ValueError(
                "the movements do not lead from the opening balance to this closing balance: "
                "a part of the statement is missing or was altered"
            )

    def _movement(self, number: int, said: str) -> None:
        found = _MOVEMENT.fullmatch(said)
        if found is None:
            raise ValueError(f":61: {said.partition(chr(10))[0]!r} is no movement of MT940")
        if not self.currency:
            raise ValueError("the movement comes before an opening balance (:60F:)")
        moved = amount(_decimal(found["amount"]), self.currency)
        leaves, self.unnamed = found["mark"] in LEAVING, False
        self.saldo += -moved.minor if leaves else moved.minor
        back = found["mark"] == "RD" or (found["mark"] == "C" and found["kind"][1:] == RETURNED)
        if found["mark"] != "D" and not back:
            return  # money that came in by itself: premiums
        ours = found["ours"].strip().removeprefix(UNREFERENCED)
        self.unnamed = _OUR_NUMBER.fullmatch(ours) is None
        self.lines.append(
            StatementLine(
                number,
                _booked(found["value"], found["booked"]),
                moved,
                ours,
                (found["theirs"] or "").strip() or ours,
                back,
            )
        )


def _balance(said: str) -> Money:
    found = _BALANCE.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} is no balance of MT940")
    whole = Money.of(_decimal(found[4]), found[3])
    return Money(-whole.minor if found[1] == "D" else whole.minor, whole.currency)


def _decimal(text: str) -> str:
    """SWIFT writes a comma before the decimals, also where there are none."""
    return text.replace(",", ".").rstrip(".")


def _booked(value: str, booked: str | None) -> date:
    """The day of booking; it is written without its year, which is that of the value date or one
    beside it."""
    try:
        valued = date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))
        if booked is None:
            return valued
        # A leap day is one of that year alone, as is every day beside New Year of its own.
        beside = {"0229": 0}.get(booked, 1)
        years = range(valued.year - beside, valued.year + beside + 1)
        days = [date(year, int(booked[:2]), int(booked[2:])) for year in years]
    except ValueError as error:
        raise ValueError(f"date: {value}{booked or ''} is no day of MT940") from error
    return min(days, key=lambda one: abs(one - valued))
