"""What can happen to a permission that an insurer names for programs of its own.

What the software itself asks for comes with it and is in no event.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PermissionNamed:
    """`code` is `module.action`, as roles write it."""

    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PermissionReworded:
    meaning: str


@dataclass(frozen=True, slots=True)
class PermissionRetired:
    reason: str


PermissionEvent = PermissionNamed | PermissionReworded | PermissionRetired
