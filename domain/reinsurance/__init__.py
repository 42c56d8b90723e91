"""Reinsurance: what each treaty takes of premiums and losses, exact to the minor unit."""
