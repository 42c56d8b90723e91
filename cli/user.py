"""Who may sign in: add people, see them, give them a new password."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, NoReturn
from uuid import UUID, uuid4

import typer

from adapters.identities import Identities, Kind, NameTaken, User
from adapters.passwords import BadPassword, Passwords

app = typer.Typer(add_completion=False, no_args_is_help=True)

FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the standard input.")
]


Waived = Annotated[
    bool, typer.Option("--without-second-factor", help="For trying things out on one machine.")
]


@app.callback()
def about() -> None:
    """Who may sign in: add people, see them, give them a new password."""


@app.command()
def add(
    username: str,
    role: Annotated[list[str], typer.Option(help="What they may do; may be given again.")],
    name: Annotated[str, typer.Option(help="The name to show.")] = "",
    kind: Annotated[Kind, typer.Option(help="Whom they belong to.")] = Kind.STAFF,
    subject: Annotated[
        UUID | None, typer.Option(help="The member or provider that they act for.")
    ] = None,
    password_stdin: FromInput = False,
    waive: Waived = False,
) -> None:
    """Add a user; without a password of your own, one is made and shown once."""
    from api.roles import ROLES

    unknown = sorted(set(role) - set(ROLES))
    if unknown:
        _refuse(f"there is no role {', '.join(unknown)}; there are {', '.join(sorted(ROLES))}")
    if kind in (Kind.MEMBER, Kind.PROVIDER) and subject is None:
        _refuse(f"a {kind} acts for somebody: name them with --subject ID")
    password, hashed = _password(password_stdin)
    user = User(uuid4(), username, name or username, kind, frozenset(role), subject)
    with _identities() as identities:
        try:
            identities.add(user, hashed)
        except NameTaken as taken:
            _refuse(str(taken))
        if not password_stdin:
            identities.set_password(user.user_id, hashed, _made_until())
        if waive:
            identities.waive_factor(user.user_id, waived=True)
    typer.echo(f"{username} may sign in as {', '.join(role)}.")
    _show_once(password, password_stdin)


@app.command()
def password(username: str, password_stdin: FromInput = False) -> None:
    """Give a user a new password."""
    with _identities() as identities:
        found = identities.named(username)
        if found is None:
            _refuse(f"there is no user {username}")
        new, hashed = _password(password_stdin)
        until = None if password_stdin else _made_until()
        identities.set_password(found[0].user_id, hashed, until)
    typer.echo(f"{found[0].username} has a new password.")
    _show_once(new, password_stdin)


@app.command("waive")
def let_off(
    username: str,
    again: Annotated[bool, typer.Option("--ask-again", help="Take the exception back.")] = False,
) -> None:
    """Let a member of staff off the second factor; each of their sign-ins says so."""
    with _identities() as identities:
        found = identities.named(username)
        if found is None:
            _refuse(f"there is no user {username}")
        identities.waive_factor(found[0].user_id, waived=not again)
    does = "needs a second factor" if again else "signs in without a second factor"
    typer.echo(f"{found[0].username} {does}.")


@app.command("list")
def show() -> None:
    """List who may sign in, and as what."""
    with _identities() as identities:
        users = identities.users()
    for user in users:
        state = "" if user.active else "  (inactive)"
        state += "  (second factor waived)" if user.waived else ""
        typer.echo(f"{user.username:<30} {user.kind:<9} {', '.join(sorted(user.roles))}{state}")


@contextmanager
def _identities() -> Iterator[Identities]:
    from adapters.postgres import Pool
    from adapters.settings import get_settings

    settings = get_settings()
    pool = Pool(settings.require_database_url())
    try:
        yield Identities(pool, settings.tenant)
    finally:
        pool.close()


def _password(from_input: bool) -> tuple[str, str]:
    from adapters.settings import get_settings

    said = get_settings()
    new = sys.stdin.readline().rstrip("\n") if from_input else secrets.token_urlsafe(18)
    try:
        return new, Passwords(
            cheap=said.cheap_passwords, insurer=said.insurer_name, breached=said.breached_passwords
        ).hash(new)
    except BadPassword as bad:
        _refuse(str(bad))


def _made_until() -> datetime:
    """How long a password is good that was made here and not chosen by anybody."""
    from adapters.settings import get_settings

    return datetime.now(UTC) + timedelta(days=get_settings().given_password_days)


def _show_once(new: str, from_input: bool) -> None:
    if not from_input:
        typer.echo(f"It is good until {_made_until():%Y-%m-%d}; choose another before then.")
        typer.echo(f"Password (shown once): {new}")


def _refuse(why: str) -> NoReturn:
    typer.echo(f"bima: {why}", err=True)
    raise typer.Exit(1)
