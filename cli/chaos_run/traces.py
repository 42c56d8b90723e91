"""Every way in which a text could still lie somewhere: as it stands, escaped, or encoded."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8  # bytes of a trace; fewer occur by chance


def traces(text: str) -> set[bytes]:
    """The text as it stands, and in base64, hex, UTF-16, of addresses and of JSON."""
    return {trace for trace in _traces(text) if len(trace) >= SHORTEST}


def _traces(text: str) -> Iterator[bytes]:
    plain = text.encode()
    for encoded in (plain, text.encode("utf-16-le"), text.encode("utf-16-be")):
        yield encoded
        yield encoded.hex().encode()
        yield encoded.hex().upper().encode()
        for offset in range(3):
            # Amid other bytes base64 depends on where the text begins; its middle does not.
            skipped = encoded[(3 - offset) % 3 :]
            whole = base64.b64encode(skipped[: len(skipped) // 3 * 3])
            yield whole
            yield whole.translate(bytes.maketrans(b"+/", b"-_"))
    for escaped in (json.dumps(text)[1:-1], quote(text, safe=""), quote_plus(text)):
        yield escaped.encode()
        yield escaped.lower().encode()
    yield json.dumps(text)[1:-1].replace("/", "\\/").encode()
    yield plain.upper()
    yield plain.lower()


def found(wanted: Iterable[bytes], data: bytes) -> list[bytes]:
    """Which traces are in the data, each with what stands around it."""
    places = ((data.find(trace), trace) for trace in wanted)
    return [data[max(at - 20, 0) : at + len(trace) + 30] for at, trace in places if at >= 0]
