"""The smallest stack of real programs: a waiting part, a worker with one task, a tiny API."""
