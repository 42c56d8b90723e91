"""The database's tables as numbered steps; `apply.py` takes a database to the last one."""
