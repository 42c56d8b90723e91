"""Everything that touches the outside: database, queue, clock, files. Both sides share it."""
