"""The insurer's directory of staff (Active Directory or another LDAP server), as a port.

Who signs in proves it there; which groups a person is in says which roles they have here. The
connection is encrypted and the server's certificate verified, always. Nothing that somebody types
becomes a part of a filter.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

PATIENCE = 4  # seconds for a connection or an answer
_DEEPEST = 8  # groups within groups
_DISABLED = 0x2  # of Active Directory's userAccountControl


class DirectoryAway(Exception):
    """The directory does not answer, or is not who it should be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the directory knows them. `groups` are common names, in lower case."""

    username: str
    name: str
    email: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the directory is and how people are found there.

    `url` is ldaps://host, or ldap://host, which is encrypted by StartTLS before anything is said.
    """

    url: str
    ca_file: str
    reader: str
    reader_password: str
    people: str
    groups: str
    name_attribute: str = "uid"


class _Verified(ldap3.Tls):  # type: ignore[misc]  # the library has no types
    """Encryption as Python does it: authority, dates and host name are checked. The library's own
    default is to verify nothing."""

    def __init__(self, ca_file: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = ssl.create_default_context(cafile=ca_file or None)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        connection.socket = self._context.wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


class StaffDirectory:
    """Asks the directory anew each time: connections are not kept."""

    def __init__(self, place: Place) -> None:
        parts = urlsplit(place.url)
        self._place = place
        self._encrypted = parts.scheme == "ldaps"
        self._server = ldap3.Server(
            parts.hostname or "",
            port=parts.port or (636 if self._encrypted else 389),
            use_ssl=self._encrypted,
            tls=_Verified(place.ca_file),
            get_info=ldap3.NONE,
            connect_timeout=PATIENCE,
        )

    def proven(self, username: str, password: str) -> Person | None:
        """The person whose name and password these are; None for any other.

        Raises DirectoryAway. An empty password proves nothing: a server takes it for a guest.
        """
        if not username or not password:
            return None
        with self._reading() as reader:
            found = self._find(reader, username)
            if found is None:
                return None
            dn, person = found
            with self._speaking(dn, password) as theirs:
                if not _bound(theirs):
                    return None
            return person

    def known(self, username: str) -> Person | None:
        """The person of this name, without a proof; None for one who is gone or disabled."""
        with self._reading() as reader:
            found = self._find(reader, username)
        return None if found is None else found[1]

    def _find(self, reader: ldap3.Connection, username: str) -> tuple[str, Person] | None:
        """One entry alone: a name that fits several belongs to nobody."""
        attribute = self._place.name_attribute
        reader.search(
            self._place.people,
            f"(&(objectClass=person)({attribute}={escape_filter_chars(username)}))",
            attributes=["cn", "mail", attribute, "userAccountControl"],
            size_limit=2,
        )
        entries = _entries(reader)
        if len(entries) != 1:
            return None
        dn, values = entries[0]
        own = _first(values, attribute)
        if own.lower() != username.lower() or _disabled(values):
            return None
        groups = frozenset(self._groups(reader, dn))
        return dn, Person(own, _first(values, "cn") or own, _first(values, "mail"), groups)

    def _groups(self, reader: ldap3.Connection, dn: str) -> Iterator[str]:
        """The groups of an entry and those that hold them: servers differ in doing it for us."""
        seen: set[str] = set()
        waiting = [dn]
        for _ in range(_DEEPEST):
            found: list[str] = []
            for member in waiting:
                escaped = escape_filter_chars(member)
                reader.search(
                    self._place.groups,
                    f"(|(uniqueMember={escaped})(member={escaped}))",
                    attributes=["cn"],
                )
                for group, values in _entries(reader):
                    if group.lower() not in seen:
                        seen.add(group.lower())
                        found.append(group)
                        yield _first(values, "cn").lower()
            waiting = found

    @contextmanager
    def _reading(self) -> Iterator[ldap3.Connection]:
        """A connection as the reader; raises DirectoryAway."""
        with self._speaking(self._place.reader, self._place.reader_password) as connection:
            if not _bound(connection):
                raise DirectoryAway("the directory does not let our reader in")
            yield connection

    @contextmanager
    def _speaking(self, dn: str, password: str) -> Iterator[ldap3.Connection]:
        connection = ldap3.Connection(
            self._server,
            dn,
            password,
            authentication=ldap3.SIMPLE,
            auto_referrals=False,
            receive_timeout=PATIENCE,
            read_only=True,
        )
        try:
            connection.open()
            if not self._encrypted and not connection.start_tls():
                raise DirectoryAway("the directory does not encrypt")
            yield connection
        except (LDAPException, OSError) as error:
            raise DirectoryAway(type(error).__name__) from error
        finally:
            left = connection.socket  # the library leaves one that failed open
            with suppress(LDAPException, OSError):
                connection.unbind()
            if left is not None:
                left.close()


def _bound(connection: ldap3.Connection) -> bool:
    return bool(connection.bind()) and connection.result["description"] == "success"


def _entries(connection: ldap3.Connection) -> list[tuple[str, Mapping[str, object]]]:
    response = connection.response or []
    return [
        (entry["dn"], entry["attributes"])
        for entry in response
        if entry.get("type") == "searchResEntry"
    ]


def _first(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _disabled(values: Mapping[str, object]) -> bool:
    control = _first(values, "userAccountControl")
    return control.isdigit() and bool(int(control) & _DISABLED)
