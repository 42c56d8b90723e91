"""The API as `tests/api` runs it."""

from tests.api.conftest import admin, api, book

__all__ = ["admin", "api", "book"]
