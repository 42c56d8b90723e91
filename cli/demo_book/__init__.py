"""A made-up insurer's year in Tanzania, the same for the same seed: people, cover, visits.

Every name, number and amount is invented. Names of regions and districts are real, and the
people and facilities placed in them are not.
"""

from cli.demo_book.book import Book, make_book

__all__ = ["Book", "make_book"]
