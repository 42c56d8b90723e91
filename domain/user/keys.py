"""What we allow for the keys by which services act: a few at a time, each for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.refusals import RuleBroken, WrongStage
from domain.user.events import (
    UserEvent,
    UserKeyIssued,
    UserKeyRevoked,
    UserKeyRotated,
    UserKeyUsed,
)
from domain.user.state import Added

MOST_KEYS = 20
LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class IssueKey:
    """`now` and `expires_at` in UTC; `permissions` are what the key opens."""

    key_id: UUID
    name: str
    permissions: tuple[str, ...]
    now: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RotateKey:
    """`by` takes the place of `key_id`, which stays good until `until` at most."""

    key_id: UUID
    by: IssueKey
    until: datetime


@dataclass(frozen=True, slots=True)
class RevokeKey:
    key_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class UseKey:
    """Told once a day, at the first use."""

    key_id: UUID


KeyCommand = IssueKey | RotateKey | RevokeKey | UseKey


def decide_key(user: Added, command: KeyCommand) -> Sequence[UserEvent]:
    match command:
        case IssueKey():
            return issue(user, command)
        case RotateKey():
            held(user, command.key_id)
            rotated = UserKeyRotated(command.key_id, command.by.key_id, command.until)
            return [rotated, issued(command.by)]
        case RevokeKey():
            held(user, command.key_id)
            return [UserKeyRevoked(command.key_id, command.why)]
        case UseKey():
            return [UserKeyUsed(command.key_id)] if command.key_id in user.keys else []
        case _:
            assert_never(command)


def issue(user: Added, command: IssueKey) -> Sequence[UserEvent]:
    if user.kind != "service":
        raise RuleBroken("user.not_a_service", "keys are for services: people sign in")
    if len(user.keys) >= MOST_KEYS:
        raise RuleBroken("user.too_many_keys", f"a service has {MOST_KEYS} keys at most")
    return [issued(command)]


def issued(command: IssueKey) -> UserKeyIssued:
    if not command.permissions:
        raise RuleBroken("user.key_opens_nothing", "say what the key opens", field="permissions")
    if not 0 < (command.expires_at - command.now).total_seconds() <= LONGEST_DAYS * 86_400:
        raise RuleBroken(
            "user.key_too_long", f"a key is good for 1 to {LONGEST_DAYS} days", field="days"
        )
    opened = tuple(sorted(set(command.permissions)))
    return UserKeyIssued(command.key_id, command.name, opened, command.expires_at)


def held(user: Added, key_id: UUID) -> None:
    if key_id not in user.keys:
        raise WrongStage("user_key.not_found", "this service has no such key", field="key_id")
