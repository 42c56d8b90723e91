"""What a code means on a day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.adjudication.case import Service
from domain.code.events import CodeEvent, CodePublished, CodeRetired, System


@dataclass(frozen=True, slots=True)
class NotPublished:
    pass


@dataclass(frozen=True, slots=True)
class Meaning:
    """`retired` tells that the code may not be used from this day on."""

    from_on: date
    service: Service | None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    system: System
    code: str
    meanings: tuple[Meaning, ...]

    def on(self, day: date) -> Meaning | None:
        """What it means on a day: the meaning begun last, of several the one told last."""
        begun = [meaning for meaning in self.meanings if meaning.from_on <= day]
        return max(begun, key=lambda meaning: meaning.from_on) if begun else None

    def service_on(self, day: date) -> Service | None:
        """The catalogue entry of a day as the engine reads it; None where there is none."""
        meaning = self.on(day)
        if meaning is None or meaning.service is None:
            return None
        return replace(meaning.service, retired=meaning.retired)


Code = NotPublished | Published


def evolve(code: Code, event: CodeEvent) -> Code:
    match event, code:
        case CodePublished(), Published():
            return replace(code, meanings=(Meaning(event.from_on, event.service), *code.meanings))
        case CodePublished(), _:
            return Published(event.system, event.code, (Meaning(event.from_on, event.service),))
        case CodeRetired(), Published():
            last = code.meanings[0].service
            retired = Meaning(event.from_on, last, retired=True)
            return replace(code, meanings=(retired, *code.meanings))
        case CodeRetired(), _:
            return code
        case _:
            assert_never(event)
