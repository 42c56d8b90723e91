"""Rules about who belongs together: shared phones and accounts, people who go round the same
places, and findings that stand against the member or the provider."""

from domain.fraud.suspect import Suspect

SHARED_PHONE = 3
PHONE_HERE = 3
SHARED_ACCOUNT = 4
COMPANIONS = 3


def shared_phone(suspect: Suspect) -> str:
    """Three or more other families gave the member's phone, and came to this provider with it.

    A shop's phone is shared too; its owners do not all go to one provider.
    """
    known = suspect.known
    if known.families_on_phone < SHARED_PHONE or known.phone_here < PHONE_HERE:
        return ""
    return (
        f"{known.families_on_phone} other families give this phone and sent "
        f"{known.phone_here} claims here"
    )


def shared_account(suspect: Suspect) -> str:
    """Four or more other providers are paid to the same bank account."""
    others = suspect.known.providers_on_account
    return f"{others} other providers are paid to this account" if others >= SHARED_ACCOUNT else ""


def same_circle(suspect: Suspect) -> str:
    """Three or more other people were, of late, at three of the places where the member was."""
    others = suspect.known.companions
    return f"{others} others were at the same three places of late" if others >= COMPANIONS else ""


def flagged_before(suspect: Suspect) -> str:
    """An investigation has flagged the member or the provider."""
    return "; ".join(suspect.known.flagged)
