"""The public keys of access tokens, for services that check them without asking us."""

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel

from api.envelope import Answer
from api.parts import parts_of
from api.routing import resource_router
from api.sign_in import Anybody

router = resource_router("/.well-known", "Authentication")


class TokenKey(BaseModel):
    """RFC 8037: a key of Ed25519."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class TokenKeys(BaseModel):
    """RFC 7517; as that says and without our envelope, because programs of others read it."""

    keys: list[TokenKey]


@router.get("/jwks.json", response_model=TokenKeys)
async def show_token_keys(request: Request, _: Anybody) -> Response:
    """The keys of access tokens: the one that signs, and the one before."""
    return Answer(msgspec.json.encode(parts_of(request).tokens.published()))
