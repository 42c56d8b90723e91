"""What a cover takes of a loss: the part above the attachment, up to the limit."""

from fractions import Fraction

from domain.money import Money
from domain.reinsurance.terms import NO_COVER_TERMS, Cover


def covered(terms: Cover, loss: Fraction) -> Fraction:
    """The covered part of a loss, both in exact minor units; a refund below zero covers nothing.

    Without any terms the loss passes as it is, refunds included.
    """
    if terms == NO_COVER_TERMS:
        return loss
    if terms.nothing_above is not None and loss > terms.nothing_above.minor:
        return Fraction(0)
    attachment = terms.attachment.minor if terms.attachment else 0
    above = max(loss - attachment, Fraction(0))
    if terms.franchise and above:
        above = loss
    return above if terms.limit is None else min(above, Fraction(terms.limit.minor))


def covered_of(terms: Cover, loss: Money) -> Money:
    """The covered part of one whole loss; exact, because both ends are whole minor units."""
    exact = covered(terms, Fraction(loss.minor))
    return Money(exact.numerator, loss.currency)


def increments(
    terms: Cover, losses: list[Fraction], opened: Fraction = Fraction(0)
) -> list[Fraction]:
    """What each loss adds to the covered part of their running total, in the order given.

    The total runs from `opened`, the losses before these.

    A franchise, and a cover that ends above an amount, are opened and closed by the whole: the
    losses before the one that decides it are then covered, or not, like those after it.
    """
    if covered(terms, sum(losses, Fraction(0))) == 0 and (terms.franchise or terms.nothing_above):
        return [Fraction(0)] * len(losses)
    attachment = None if terms.franchise else terms.attachment
    cover = Cover(attachment, terms.limit)
    parts = []
    running, before = opened, covered(cover, opened)
    for loss in losses:
        running += loss
        after = covered(cover, running)
        parts.append(after - before)
        before = after
    return parts
