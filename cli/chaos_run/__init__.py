"""A running Bima under fire: who works with it, what goes wrong, what must hold all the same."""
