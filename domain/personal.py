"""Which fields are personal data, said where the field is declared.

The mark decides what is sealed with the person's key, masked in lists and logs, and erased with
the person. A field without a mark is not personal.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Personal:
    """`kind` is identity (who it is), contact (how to reach them) or health (sensitive)."""

    kind: str


IdentityText = Annotated[str, Personal("identity")]
ContactText = Annotated[str, Personal("contact")]
HealthText = Annotated[str, Personal("health")]
