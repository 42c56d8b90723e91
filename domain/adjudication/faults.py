"""A contradiction in a product, told so that its author can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction: the field of the terms it stands in, and what is wrong with it."""

    field: str
    detail: str
