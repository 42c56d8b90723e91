"""Totals while a claim is being decided: what stood before, plus what its lines added so far."""

from collections.abc import Iterable

from domain.adjudication.balances import Balances, Entry, Use


class Running:
    """A claim's own changes on top of balances that stay as they are."""

    __slots__ = ("_before", "_changes", "_totals", "_uses", "within_claim")

    def __init__(self, before: Balances) -> None:
        self._before = before
        self._totals = before.totals
        self._changes: dict[str, list[int]] = {}
        self._uses: list[Use] = []
        self.within_claim: dict[str, int] = {}

    def total(self, who: str, year: str, what: str) -> int:
        key = f"{who}|{year}|{what}"
        change = self._changes.get(key)
        before = self._totals.get(key, 0)
        return before if change is None else before + change[0] + change[1]

    def add(self, who: str, year: str, what: str, minor: int = 0, count: int = 0) -> None:
        key = f"{who}|{year}|{what}"
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

    def uses_by(self, member: str) -> Iterable[Use]:
        """Accepted uses of a member: earlier ones, then those of this claim."""
        earlier = self._before.uses.get(member, ())
        return (*earlier, *self._uses) if self._uses else earlier

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
