"""E-mail: sent by a server that the insurer names, or laid into a folder where it names none."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from deploy.folders import private_folder

PATIENCE = 10.0  # seconds


class MailAway(Exception):
    """The mail server did not take the message."""


class Mail:
    """`url` is `smtp://user:password@host:port` (with STARTTLS, verified) or empty."""

    def __init__(self, url: str, sender: str, outbox: Path) -> None:
        self._url = url
        self._sender = sender
        self._outbox = outbox

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises MailAway where the server cannot be reached or refuses."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message.set_content(text)
        if not self._url:
            folder = private_folder(self._outbox)
            (folder / f"{uuid4().hex}.eml").write_bytes(bytes(message))
            return
        place = urlsplit(self._url)
        try:
            with smtplib.SMTP(place.hostname or "", place.port or 587, timeout=PATIENCE) as server:
                server.starttls(context=ssl.create_default_context())
                if place.username:
                    server.login(unquote(place.username), unquote(place.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailAway(f"the mail server did not take a message: {_told(error)}") from error


def _told(error: Exception) -> str:
    """What a mail server said, without the addresses that it names."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"refused with {sorted({code for code, _ in error.recipients.values()})}"
        case smtplib.SMTPResponseException():
            return f"{type(error).__name__} {error.smtp_code}"
        case _:
            return type(error).__name__
