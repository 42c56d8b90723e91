"""Finds the operation of a request among the few that it can be, not among all there are.

The framework compares an address with one route after the other; with hundreds of them that takes
longer than most answers. What is not found here goes that way as before: it knows how to say that
nothing is there, or that it is asked for in another way.
"""

from collections.abc import Iterable, MutableMapping

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.direct import directly

Place = tuple[str, int, str]


class Shortcut(BaseRoute):
    """Stands before all routes and leads to that one of them which fits as a whole."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_place: MutableMapping[Place, list[tuple[Route, ASGIApp]]] = {}
        self._by_address: MutableMapping[tuple[str, str], list[tuple[Route, ASGIApp]]] = {}
        for route in routes:
            if isinstance(route, Route) and ":path}" not in route.path:
                found = route, directly(route)
                for method in route.methods or ():
                    if "{" in route.path:
                        self._by_place.setdefault(_place(method, route.path), []).append(found)
                    else:
                        self._by_address.setdefault((method, route.path), []).append(found)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http":
            for route, answer in self._likely(scope["method"], scope["path"]):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "answer": answer}
        return Match.NONE, {}

    def _likely(self, method: str, path: str) -> Iterable[tuple[Route, ASGIApp]]:
        fixed = self._by_address.get((method, path))
        return fixed or self._by_place.get(_place(method, path), [])

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["answer"](scope, receive, send)


def _place(method: str, path: str) -> Place:
    """What addresses that can be the same have in common: how, how many parts, which resource."""
    parts = path.split("/")
    return method, len(parts), parts[3] if len(parts) > 3 else ""
