"""How every write is carried out: the request becomes a command, the outcome becomes an answer.

Who asks comes from the token. `Idempotency-Key` names the command, so that a repeated request has
one effect and one answer; `If-Match` makes it depend on a version; a dry run decides, explains
and records nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Concatenate, ParamSpec
from uuid import UUID, uuid5

import msgspec
from fastapi import Request, Response

from adapters.foreseen import Foreseen
from adapters.identities import Kind
from api.access import Caller, Signed, Whose
from api.envelope import plain, success
from api.errors import NOT_PERMITTED, Problem, wrong_fields
from api.fields import Asked
from api.parameters import OF_WRITES, address, take
from api.parts import Parts, parts_of
from commands.context import Context, Desk
from commands.handling import Decision, Outcome
from domain.events import CATALOGUE

P = ParamSpec("P")
UseCase = Callable[Concatenate[Desk, Context, P], Outcome]

KEYS = UUID("5c0e2a5e-5a31-5f7b-8d3c-0f6f6f1c8a11")
"""Under which commands are named by who asks and the key that they chose."""


@dataclass(frozen=True, slots=True)
class Write:
    """One request that is about to change something."""

    parts: Parts
    caller: Caller
    command_id: UUID
    fingerprint: bytes
    correlation_id: UUID
    expected_version: int | None
    dry_run: bool
    reason: str
    effective_on: date | None
    creates: str

    async def __call__(
        self, asked: Asked | None, use_case: UseCase[P], *request: P.args, **more: P.kwargs
    ) -> Response:
        """Carry out a use case of `commands` and answer; raises what it refuses.

        The reason and day that a body gives win over those of the headers.
        """
        context = self.context(asked or Asked(reason="", effective_on=None))
        outcome = await self.parts.carry_out(use_case, self.desk, context, *request, **more)
        return await self._answer(outcome, context)

    @property
    def desk(self) -> Desk:
        """The desk to work at; in a dry run a number that is only looked at is not used up."""
        desk = self.parts.desk
        return replace(desk, numbers=Foreseen(desk.store)) if self.dry_run else desk

    def day(self, asked: Asked | None, own: date | None = None) -> date:
        """The day that a command speaks of: its own, else from which it holds, else today."""
        asked_for = None if asked is None else asked.effective_on
        return own or asked_for or self.effective_on or self.parts.desk.clock.today()

    def why(self, asked: Asked | None) -> str:
        """The reason that was given, in the body or in a header."""
        return (asked.reason if asked else "") or self.reason

    def context(self, asked: Asked) -> Context:
        """What surrounds the command."""
        clock = self.parts.desk.clock
        return Context(
            actor=self.caller.user.actor,
            command_id=self.command_id,
            correlation_id=self.correlation_id,
            recorded_at=clock.now(),
            effective_on=self.day(asked),
            roles=self.caller.roles,
            reason=self.why(asked),
            fingerprint=self.fingerprint,
            dry_run=self.dry_run,
            expected_version=self.expected_version,
        )

    async def _answer(self, outcome: Outcome, context: Context) -> Response:
        if outcome.receipt is None:
            assert outcome.decision is not None
            data = {**outcome.answer, "dry_run": True, "events": explained(outcome.decision)}
            return success(data, "This was a dry run: nothing has been recorded.")
        recorded_at, version = context.recorded_at, _version_after(outcome.decision)
        stream_id = outcome.answer.get("id")
        if outcome.receipt.repeated:
            # The same words as the first time, to the instant: it is the same answer.
            first = await self.parts.reading.carried_out(
                self.command_id, UUID(stream_id) if stream_id else None
            )
            recorded_at, version = first or (recorded_at, version)
        headers = {"X-Ledger-Position": str(outcome.receipt.position)}
        if version is not None:
            headers["ETag"] = f'"{version}"'
        if self.creates and stream_id:
            headers["Location"] = f"{self.creates}/{stream_id}"
        return success(
            outcome.answer,
            "Recorded.",
            status=201 if self.creates else 200,
            at=recorded_at,
            headers=headers,
        )


class Writes(Signed):
    """The dependency of every route that changes something.

    `creates` is the address below which what is made will be found. Outside users (members,
    providers …) are let in only where `whose` says whose business it is.
    """

    def __init__(self, permission: str, *, creates: str = "", whose: Whose | None = None) -> None:
        super().__init__(permission)
        self.parameters = OF_WRITES
        self.creates = creates
        self.whose = whose

    def rule_for(self, kind: Kind) -> str | None:
        return "nothing" if self.whose is None else self.whose.in_words(kind)

    async def __call__(self, request: Request) -> Write:  # type: ignore[override]  # for writes
        caller = self.checked(request)
        assert caller is not None
        if caller.outside and self.whose is None:
            raise Problem(NOT_PERMITTED, details={"permission": self.permission})
        said = take(request, self.parameters)
        only(request, "dry_run")
        parts = parts_of(request)
        if caller.outside and self.whose is not None:
            await self.whose.check(request, parts, caller)
        key = said["Idempotency-Key"]
        named = None if key is None else uuid5(KEYS, f"{caller.user.user_id}|{key}")
        command_id = named or parts.desk.ids.new()
        return Write(
            parts=parts,
            caller=caller,
            command_id=command_id,
            fingerprint=fingerprint(request.method, address(request), await request.body()),
            correlation_id=said["X-Correlation-Id"] or command_id,
            expected_version=said["If-Match"],
            dry_run=bool(said["dry_run"]),
            reason=said["X-Reason"] or "",
            effective_on=said["X-Effective-On"],
            creates=self.creates,
        )


def only(request: Request, *names: str) -> None:
    """Raises Problem where the address says anything else: nothing is ever ignored."""
    if not request.scope["query_string"]:
        return
    others = [name for name in request.query_params if name not in names]
    if others:
        raise wrong_fields([(name[:100], "means nothing here") for name in others])


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What tells a repeated request from another one under the same key.

    Two bodies that say the same in another order or spacing are the same request.
    """
    try:
        content = msgspec.json.encode(msgspec.json.decode(body), order="deterministic")
    except (msgspec.DecodeError, UnicodeError):
        content = body
    return sha256(b"\n".join((method.encode(), path.encode(), content))).digest()


def explained(decision: Decision) -> list[dict[str, object]]:
    """What would have been recorded: each event's stream, name and data."""
    return [
        {
            "stream_id": str(stream_id),
            "name": CATALOGUE.name_of(type(fact)),
            "data": plain(fact),
        }
        for stream_id, fact in decision.facts
    ]


def _version_after(decision: Decision | None) -> int | None:
    if decision is None or not decision.changes:
        return None
    main = decision.changes[0]
    return main.loaded.version + len(main.facts)
