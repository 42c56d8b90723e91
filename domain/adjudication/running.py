"""Totals while a claim is being decided: what stood before, plus what its lines added so far."""

from collections.abc import Sequence
from decimal import Decimal

from domain.adjudication.balances import Balances, Entry, Use
from domain.periods import Period


class Running:
    """A claim's own changes on top of balances that stay as they are. Totals go by their key."""

    __slots__ = (
        "_before",
        "_changes",
        "_member",
        "_units",
        "_uses",
        "_uses_by_name",
        "within_claim",
    )

    def __init__(self, before: Balances, member: str) -> None:
        self._before = before
        self._member = member
        self._changes: dict[str, list[int]] = {}
        self._uses: list[Use] = []
        self._uses_by_name: dict[tuple[str, str], list[Use]] | None = None
        self._units: dict[tuple[str, Period], Decimal] = {}
        self.within_claim: dict[str, int] = {}

    def total(self, key: str) -> int:
        """The total `who|year|what` at this point of the claim."""
        change = self._changes.get(key)
        before = self._before.totals.get(key, 0)
        return before if change is None else before + change[0] + change[1]

    def add(self, key: str, minor: int, count: int = 0) -> None:
        change = self._changes.get(key)
        if change is None:
            self._changes[key] = [minor, count]
        else:
            change[0] += minor
            change[1] += count

    def add_within_claim(self, name: str, minor: int) -> None:
        """A total that starts afresh with every claim and is not kept."""
        self.within_claim[name] = self.within_claim.get(name, 0) + minor

    def add_use(self, use: Use) -> None:
        self._uses.append(use)
        self._units.clear()
        if self._uses_by_name is not None:
            self._index(use)

    def uses_of_code(self, code: str) -> Sequence[Use]:
        """The member's accepted uses of a service code: earlier ones, then those of this claim."""
        return self._indexed().get(("code", code), ())

    def uses_of_benefit(self, key: str) -> Sequence[Use]:
        """The member's accepted uses under a benefit: earlier ones, then those of this claim."""
        return self._indexed().get(("benefit", key), ())

    def units(self, key: str, period: Period) -> Decimal:
        """Units of a benefit that the member had in a period, this claim's included."""
        known = self._units.get((key, period))
        if known is None:
            had = (use.quantity for use in self.uses_of_benefit(key) if period.holds(use.on))
            known = self._units[(key, period)] = sum(had, Decimal(0))
        return known

    def _indexed(self) -> dict[tuple[str, str], list[Use]]:
        """Uses by name, made when first asked for: a claim may have thousands of lines."""
        if self._uses_by_name is None:
            self._uses_by_name = {}
            for use in (*self._before.uses.get(self._member, ()), *self._uses):
                self._index(use)
        return self._uses_by_name

    def _index(self, use: Use) -> None:
        assert self._uses_by_name is not None
        self._uses_by_name.setdefault(("code", use.code), []).append(use)
        self._uses_by_name.setdefault(("benefit", use.benefit), []).append(use)

    def entries(self) -> tuple[Entry, ...]:
        """The changes of this claim, without those that came to nothing."""
        changed: list[Entry] = []
        for key, (minor, count) in self._changes.items():
            if minor or count:
                who, year, what = key.split("|", 2)
                changed.append(Entry(who, year, what, minor, count))
        return tuple(changed)

    def uses(self) -> tuple[Use, ...]:
        return tuple(self._uses)
