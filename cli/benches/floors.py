"""What the log must reach, as shares of what was measured in the same run on the same server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cli.benches.freshness import FRESH, FRESH_BESIDE, HELD
from cli.benches.log_readers import LIVE, READ, REBUILD
from cli.benches.log_works import APPEND, BULK, COMMAND, LOAD
from cli.benches.measuring import Result
from cli.benches.stock import STOCK
from cli.benches.yardsticks import PGBENCH


@dataclass(frozen=True, slots=True)
class Floor:
    """`least` (or `most`) is a share of the yardstick, or of nothing: the figure itself."""

    work: str
    yardstick: str = ""
    least: float | None = None
    most: float | None = None

    def met_by(self, result: Result) -> bool:
        found = result.ratio.get(self.yardstick) if self.yardstick else result.median
        if found is None:
            return True  # the yardstick is not there on this machine
        return (self.least is None or found >= self.least) and (
            self.most is None or found <= self.most
        )

    def __str__(self) -> str:
        sign, bound = ("≥", self.least) if self.least is not None else ("≤", self.most)
        return f"{sign} {bound:g}{f' × {self.yardstick}' if self.yardstick else ''}"


ONE_BY_ONE = APPEND.format(16)
FLOORS = (
    Floor(ONE_BY_ONE, STOCK, least=12),
    Floor(ONE_BY_ONE, PGBENCH, least=0.5),
    Floor(COMMAND, STOCK, least=6),
    Floor(COMMAND, PGBENCH, least=0.15),
    Floor(BULK, STOCK, least=25),
    Floor(LOAD, STOCK, least=14),
    Floor(READ, STOCK, least=2.4),
    Floor(LIVE, STOCK, least=18),
    Floor(REBUILD, STOCK, least=25),
    Floor(FRESH, most=10),
    Floor(FRESH_BESIDE, most=10),
    Floor(HELD, least=950),
)
# Where a commit costs a millisecond, sharing it is worth more than a load generator can do alone.
ON_A_SLOW_DISK = (Floor(ONE_BY_ONE, PGBENCH, least=1), *FLOORS[2:])


def missed(results: Iterable[Result], floors: Iterable[Floor]) -> list[Floor]:
    """The floors that were not reached; a work that was not measured misses none."""
    known: Mapping[str, Result] = {result.work: result for result in results}
    return [f for f in floors if f.work in known and not f.met_by(known[f.work])]
