"""Finds the operation of a request among the few that it can be, not among all there are.

The framework compares an address with one route after the other; with hundreds of them that takes
longer than most answers. What is not found here goes that way as before: it knows how to say that
nothing is there, or that it is asked for in another way.
"""

from collections.abc import Iterable, MutableMapping

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

Place = tuple[str, int, str]


class Shortcut(BaseRoute):
    """Stands before all routes and leads to that one of them which fits as a whole."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_place: MutableMapping[Place, list[Route]] = {}
        for route in routes:
            if isinstance(route, Route) and ":path}" not in route.path:
                for method in route.methods or ():
                    self._by_place.setdefault(_place(method, route.path), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http":
            for route in self._by_place.get(_place(scope["method"], scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "route": route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def _place(method: str, path: str) -> Place:
    """What addresses that can be the same have in common: how, how many parts, which resource."""
    parts = path.split("/")
    return method, len(parts), parts[3] if len(parts) > 3 else ""
