"""The HTTP contract: every operation by one set of mechanisms, every rule in one place."""
