"""Adds the stored sample of an event that has none yet: `python -m tests.golden.write_missing`.

A sample that lies there is never written again: it shows how its version was stored. Whoever
raises a version or adds an event runs this and commits the new file.
"""

import json
from pathlib import Path

from adapters.codec import Codec
from domain.events import CATALOGUE
from tests.support.sample_facts import SAMPLES

FOLDER = Path(__file__).parent / "events"


def path_of(name: str, schema_version: int) -> Path:
    """Where the sample of an event's version lies."""
    return FOLDER / f"{name}.v{schema_version}.json"


def write_missing() -> list[Path]:
    """Write what is missing and return it."""
    codec = Codec(CATALOGUE)
    written = []
    for fact in SAMPLES:
        encoded = codec.encode(fact)
        path = path_of(encoded.name, encoded.schema_version)
        if not path.exists():
            data = json.dumps(json.loads(encoded.data), indent=2, ensure_ascii=False)
            path.write_text(data + "\n", encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    for made in write_missing():
        print(made.name)
