"""Whose book a member belongs to: the agent's who brought it in."""

from adapters.envelope import Recorded
from adapters.identities import Kind


def agent(event: Recorded) -> str:
    """The agent who did this, as the ledger names them; empty where somebody else did."""
    actor = event.meta.actor
    return actor if actor.startswith(f"{Kind.AGENT}:") else ""
