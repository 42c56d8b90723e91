"""The simulated outside world over HTTP: `/bank/transfers` and `/sms/messages`, signed requests
only."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.decoders import read_as
from adapters.signed_messages import SIGNATURE, TIMESTAMP, SignatureRefused, check
from cli.outside.bank_service import BankService
from deploy.folders import private_folder

Answering = Callable[[bytes], tuple[int, dict[str, Any]]]


class Message(msgspec.Struct):
    """A text message; its id makes a repeated one the same."""

    id: str
    to: str
    text: str


class TextMessages:
    """Lays text messages into a folder, one file for each id however often it is sent."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox

    def take(self, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            message = read_as(Message, body)
        except msgspec.DecodeError as error:
            return 422, {"reason": str(error)}
        if not message.id.replace("-", "").isalnum():
            return 422, {"reason": "an id is made of letters, digits and hyphens"}
        folder = private_folder(self._outbox)
        path = folder / f"{message.id}.sms"
        known = path.exists()
        path.write_text(f"{message.to}\n{message.text}\n", encoding="utf-8")
        return 200, {"id": message.id, "repeated": known}


def serve(bank: BankService, bank_key: bytes, messages: TextMessages, sms_key: bytes) -> Starlette:
    """The application; a request that is not signed with the right key is answered 401."""
    return Starlette(
        routes=[
            Route("/bank/transfers", _signed(bank_key, bank.transfer), methods=["POST"]),
            Route("/sms/messages", _signed(sms_key, messages.take), methods=["POST"]),
        ]
    )


def _signed(key: bytes, answer: Answering) -> Callable[[Request], Awaitable[Response]]:
    async def taken(request: Request) -> Response:
        body = await request.body()
        stamp = request.headers.get(TIMESTAMP, "")
        try:
            check(key, body, stamp, request.headers.get(SIGNATURE, ""), datetime.now(UTC))
        except SignatureRefused as refused:
            return _json(401, {"reason": str(refused)})
        status, said = await run_in_threadpool(answer, body)
        return _json(status, said)

    return taken


def _json(status: int, said: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(said), status, media_type="application/json")
