"""What each event says in words: one row an event, one column a language.

Words name things by their numbers and never tell personal data: who may read the words may not be
allowed to read the names.

A module for each part of the business; `projections.telling` fills the sentences.
"""

from collections.abc import Mapping

from projections.words import access, claims, cover, money, people
from projections.words.sentence import Sentence

WORDS: Mapping[type, Sentence] = {
    **people.WORDS,
    **cover.WORDS,
    **claims.WORDS,
    **money.WORDS,
    **access.WORDS,
}
