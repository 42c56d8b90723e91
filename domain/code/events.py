"""What can happen to a code: it is published, described anew from a day on, and retired."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.adjudication.case import Service


class System(StrEnum):
    """The list that a code belongs to: what was done or given, or what for."""

    SERVICE = "service"
    DIAGNOSIS = "diagnosis"


@dataclass(frozen=True, slots=True)
class CodePublished:
    """Holds for care from `from_on` until it is published anew or retired.

    `service` tells what a service or good is; a diagnosis has none.
    """

    system: System
    code: str
    description: str
    from_on: date
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class CodeRetired:
    """Not in use for care on this day or later; `replaced_by` is what to claim instead."""

    from_on: date
    replaced_by: str = ""


CodeEvent = CodePublished | CodeRetired
