"""The database's tables as numbered steps; `apply.py` takes a database from any step to the last."""
