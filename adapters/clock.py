"""What time it is: the machine's own, or a time set by hand to play a whole month in a second."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's clock; days begin and end in the insurer's own time zone."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The insurer's day: in Dar es Salaam it begins three hours before UTC's."""
        return datetime.now(self._zone).date()

    def begins(self, day: date) -> datetime:
        """The instant at which a day of the insurer's begins."""
        return _beginning(day, self._zone)


class SetClock:
    """Stands still until it is set or moved; it never goes back."""

    def __init__(self, at: datetime, timezone: str) -> None:
        """`at` needs a zone; raises ValueError without one."""
        self._zone = ZoneInfo(timezone)
        self._at = _instant(at)

    def now(self) -> datetime:
        return self._at

    def today(self) -> date:
        return self._at.astimezone(self._zone).date()

    def begins(self, day: date) -> datetime:
        return _beginning(day, self._zone)

    def set(self, at: datetime) -> None:
        """Move to an instant; raises ValueError for an earlier one, since the log is in order."""
        wanted = _instant(at)
        if wanted < self._at:
            raise ValueError(f"{wanted} lies before {self._at}: time does not go back")
        self._at = wanted

    def advance(self, by: timedelta) -> None:
        """Move on by a span; raises ValueError for a negative one."""
        self.set(self._at + by)


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it names no instant")
    return at.astimezone(UTC)
