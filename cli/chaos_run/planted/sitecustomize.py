"""Plants a defect in the processes of a trial: on the path, Python loads this file first.

Nothing of the product knows of it. `BIMA_PLANTED` names a row of `DEFECTS`.
"""

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Planting(Loader):
    """Loads a module as always, and then changes it."""

    def __init__(self, usual: Loader, change: object) -> None:
        self._usual, self._change = usual, change

    def __getattr__(self, name: str) -> object:
        return getattr(self._usual, name)  # what else a loader can do, the usual one does

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._usual.exec_module(module)
        self._change(module)  # type: ignore[operator]  # a function of the defects' own


class _Finder(MetaPathFinder):
    def __init__(self, changes: dict[str, object]) -> None:
        self._changes = changes

    def find_spec(self, fullname, path, target=None):  # type: ignore[no-untyped-def]  # the protocol's own
        if fullname not in self._changes:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Planting(spec.loader, self._changes.pop(fullname))
        return spec


if _name := os.environ.get("BIMA_PLANTED"):
    from cli.chaos_run.planted.changes import CHANGES

    sys.meta_path.insert(0, _Finder(dict(CHANGES[_name])))
