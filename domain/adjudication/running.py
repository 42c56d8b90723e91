"""Totals while a claim is being decided: what stood before, plus what its lines added so far."""

from domain.adjudication.balances import Balances, Entry, Use


class Running:
    """A claim's own changes on top of balances that stay as they are. Totals go by their key."""

    __slots__ = ("_before", "_changes", "_uses", "within_claim")

    def __init__(self, before: Balances) -> None:
        self._before = before
        self._changes: dict[str, list[int]] = {}
        self._uses: tuple[Use, ...] = ()
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
        self._uses = (*self._uses, use)

    def uses_by(self, member: str) -> tuple[Use, ...]:
        """Accepted uses of a member: earlier ones, then those of this claim."""
        return self._before.uses.get(member, ()) + self._uses

    def entries(self) -> tuple[Entry, ...]:
        """The changes of this claim, without those that came to nothing."""
        changed: list[Entry] = []
        for key, (minor, count) in self._changes.items():
            if minor or count:
                who, year, what = key.split("|", 2)
                changed.append(Entry(who, year, what, minor, count))
        return tuple(changed)

    def uses(self) -> tuple[Use, ...]:
        return self._uses
