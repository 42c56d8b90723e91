"""Treaties, what they take, and the reports to reinsurers, over a real ledger."""
