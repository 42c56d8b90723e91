"""The form of what an event says: a sentence a language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the event's own fields in braces; `:count` tells how many there are, `:pct`
    basis points as a percentage. Without Swahili the English one is told."""

    en: str
    sw: str = ""
