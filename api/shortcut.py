"""Finds the operation of a request among the few that it can be, not among all there are.

The framework compares an address with one route after the other; with hundreds of them that takes
longer than most answers. What is not found here goes that way as before: it knows how to say that
nothing is there, or that it is asked for in another way.
"""

from collections.abc import Iterable, MutableMapping

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.direct import Unusual, directly

Place = tuple[str, int, str]
Found = tuple[Route, ASGIApp | None]

_FAILED = "bima.failed"  # what went wrong with the direct answer


class Shortcut(BaseRoute):
    """Stands before all routes and leads to that one of them which fits as a whole."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_place: MutableMapping[Place, list[Found]] = {}
        self._by_address: MutableMapping[tuple[str, str], list[Found]] = {}
        for route in routes:
            if isinstance(route, Route) and ":path}" not in route.path:
                found = route, directly(route)
                for method in route.methods or ():
                    if "{" in route.path:
                        self._by_place.setdefault(_place(method, route.path), []).append(found)
                    else:
                        self._by_address.setdefault((method, route.path), []).append(found)

    def direct(self, scope: Scope) -> ASGIApp | None:
        """What answers a request without the framework; None where that has to do it."""
        for route, answer in self._likely(scope["method"], scope["path"]):
            match, found = route.matches(scope)
            if match is Match.FULL:
                if answer is not None:
                    scope.update(found)
                return answer
        return None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if _FAILED in scope:
            raise scope[_FAILED]
        if scope["type"] == "http":
            for route, _ in self._likely(scope["method"], scope["path"]):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "found": route}
        return Match.NONE, {}

    def _likely(self, method: str, path: str) -> Iterable[Found]:
        fixed = self._by_address.get((method, path))
        return fixed or self._by_place.get(_place(method, path), [])

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["found"].handle(scope, receive, send)


class Direct:
    """Answers simple operations from in front of the framework, which has all the others.

    What goes wrong goes to the framework, too: it knows how each error is answered.
    """

    def __init__(self, app: ASGIApp, shortcut: Shortcut) -> None:
        self.app = app
        self._shortcut = shortcut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._shortcut.direct(scope) if scope["type"] == "http" else None
        if answer is not None:
            try:
                await answer(scope, receive, send)
            except Unusual as unusual:
                receive = unusual.receive
            except Exception as error:  # noqa: BLE001  # raised again where it is answered
                scope[_FAILED] = error
            else:
                return
        await self.app(scope, receive, send)


def _place(method: str, path: str) -> Place:
    """What addresses that can be the same have in common: how, how many parts, which resource."""
    parts = path.split("/")
    return method, len(parts), parts[3] if len(parts) > 3 else ""
