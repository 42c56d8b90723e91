"""Everything that touches the outside: database, queue, clock, files. Shared by both sides of CQRS."""
