"""The log and what stands around it, on a real PostgreSQL."""
