"""Facts to stored bytes and back: JSON of the domain's own classes, by published name and version.

Amounts and decimals stay exact (integers and strings), days and ids are ISO text.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

from adapters.decoders import decoder_of
from adapters.personal_parts import Parts, parts_of
from domain.catalogue import Catalogue, UnknownName

T = TypeVar("T")
Reader = Callable[[bytes], Any]
ListReader = Callable[[bytes], list[Any]]


class UnreadableEvent(Exception):
    """A stored event that this code cannot turn into a fact."""


class UnknownEvent(UnreadableEvent):
    """The log holds an event name that the catalogue does not."""


class EventFromTheFuture(UnreadableEvent):
    """The event was written by a newer version of the code than this one."""


class CorruptEvent(UnreadableEvent):
    """The stored bytes are not what an event of this name and version looks like."""


class KeyLost(UnreadableEvent):
    """The personal part of an event cannot be opened, and nobody erased the person."""


class Encoded(NamedTuple):
    """A fact as JSON. `personal` is what of it is one person's: to be sealed, never stored so.

    `flat`: no personal field lies deeper than in the event itself.
    """

    name: str
    schema_version: int
    data: bytes
    personal: bytes | None = None
    flat: bool = True


class Codec:
    """Writes and reads the facts of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._encoder = msgspec.json.Encoder()
        self._written: dict[type, tuple[str, int, Parts | None]] = {}
        self._readers: dict[tuple[str, int], Reader] = {}
        self._list_readers: dict[tuple[str, int], ListReader] = {}

    def encode(self, fact: Any) -> Encoded:
        """The whole fact; raises UnknownEvent for a class outside the catalogue."""
        name, schema_version, _ = self._known(type(fact))
        return Encoded(name, schema_version, self._encoder.encode(fact))

    def divided(self, fact: Any) -> Encoded:
        """The fact as it is stored: what all may read, and apart from it what is one person's."""
        name, schema_version, parts = self._known(type(fact))
        if parts is None:
            return Encoded(name, schema_version, self._encoder.encode(fact))
        public, hidden = parts.divide(fact)
        data = self._encoder.encode(public)
        if hidden is msgspec.UNSET:
            return Encoded(name, schema_version, data)
        return Encoded(name, schema_version, data, self._encoder.encode(hidden), parts.flat)

    def is_personal(self, kind: type) -> bool:
        """Whether facts of this class may have a part that is one person's."""
        return self._known(kind)[2] is not None

    def _known(self, kind: type) -> tuple[str, int, Parts | None]:
        known = self._written.get(kind)
        if known is None:
            try:
                name = self.catalogue.name_of(kind)
            except UnknownName as error:
                raise UnknownEvent(str(error.args[0])) from None
            known = name, self.catalogue.schema_of(name), parts_of(kind)
            self._written[kind] = known
        return known

    def decode(self, name: str, schema_version: int, data: bytes) -> Any:
        """The fact; raises UnknownEvent, EventFromTheFuture or CorruptEvent."""
        return self.reader(name, schema_version)(data)

    def reader(self, name: str, schema_version: int) -> Reader:
        """What reads the bytes of one name and version; kept, because it is asked for often."""
        try:
            return self._readers[name, schema_version]
        except KeyError:
            reader = self._readers[name, schema_version] = self._make(name, schema_version)
            return reader

    def quick_reader(self, name: str, schema_version: int) -> Reader:
        """The same without a word about the event when it cannot be read: what it raises for the
        bytes is the decoder's ValueError or TypeError, or CorruptEvent."""
        reader = self.reader(name, schema_version)
        if self.catalogue.needs_upcast(name, schema_version):
            return reader
        return decoder_of(self.catalogue.type_of(name)).decode

    def list_reader(self, name: str, schema_version: int) -> ListReader:
        """The same for many events of one name and version, as one JSON list."""
        try:
            return self._list_readers[name, schema_version]
        except KeyError:
            reader = self._make_list(name, schema_version)
            self._list_readers[name, schema_version] = reader
            return reader

    def _make_list(self, name: str, schema_version: int) -> ListReader:
        one = self.reader(name, schema_version)
        if self.catalogue.needs_upcast(name, schema_version):
            split = decoder_of(list[msgspec.Raw])
            return _guarded(
                name, schema_version, lambda data: [one(bytes(e)) for e in split.decode(data)]
            )
        kind: Any = self.catalogue.type_of(name)
        return _guarded(name, schema_version, decoder_of(list[kind]).decode)

    def _make(self, name: str, schema_version: int) -> Reader:
        try:
            current = self.catalogue.schema_of(name)
        except UnknownName:
            raise UnknownEvent(
                f"the log holds an event {name!r} that this version of Bima does not know"
            ) from None
        if schema_version > current:
            raise EventFromTheFuture(
                f"{name} was written in version {schema_version}; this code reads up to {current}"
            )
        kind = self.catalogue.type_of(name)
        if not self.catalogue.needs_upcast(name, schema_version):
            return _guarded(name, schema_version, decoder_of(kind).decode)
        return _upcasting(name, schema_version, kind, self.catalogue)


def _guarded(name: str, version: int, decode: Callable[[bytes], T]) -> Callable[[bytes], T]:
    def read(data: bytes) -> T:
        try:
            return decode(data)
        except (ValueError, TypeError) as error:
            raise CorruptEvent(f"{name} version {version}: {error}") from error

    return read


def _upcasting(name: str, version: int, kind: type, catalogue: Catalogue) -> Reader:
    fields = decoder_of(dict[str, Any])
    decoder_of(kind)  # `convert` below finds what it needs to know of the class, and makes nothing

    def read(data: bytes) -> Any:
        try:
            stored = catalogue.upcast(name, version, fields.decode(data))
            return msgspec.convert(stored, kind)
        except (ValueError, TypeError, KeyError) as error:
            raise CorruptEvent(f"{name} version {version}: {error!r}") from error

    return read
