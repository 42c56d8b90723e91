"""Text messages by a service of the insurer's choice: signed HTTP, one message for each id."""

import threading
import weakref
from datetime import UTC, datetime

import httpx2
import msgspec

from adapters.outgoing import client_to
from adapters.signed_messages import signed

PATIENCE = 8.0  # seconds


class MessageAway(Exception):
    """The service did not take the message; sent again with the same id it is sent once."""


class TextMessages:
    """Sends text messages; safe for many threads."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client: httpx2.Client | None = None
        self._opening = threading.Lock()

    def send(self, message_id: str, to: str, text: str) -> None:
        """Raises MessageAway where the service does not answer, or refuses."""
        body = msgspec.json.encode({"id": message_id, "to": to, "text": text})
        headers = signed(self._key, body, datetime.now(UTC)) | {"Content-Type": "application/json"}
        try:
            answer = self._open().post(f"{self._url}/messages", content=body, headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise MessageAway(f"nobody sends messages: {type(error).__name__}") from error
        if answer.status_code != httpx2.codes.OK:
            raise MessageAway(f"the service that sends messages answers {answer.status_code}")

    def _open(self) -> httpx2.Client:
        """The connection, opened at the first need: workers are forked after the desk is made."""
        with self._opening:
            if self._client is None:
                self._client = client_to([self._url], PATIENCE)
                weakref.finalize(self, self._client.close)
            return self._client
