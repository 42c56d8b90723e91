"""The API as `tests/api` runs it."""

from tests.api.conftest import admin, api, book, own_settings

__all__ = ["admin", "api", "book", "own_settings"]
