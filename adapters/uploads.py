"""Looks at a file that somebody sends before it is kept: is it what it says, and harmless?

Documents (PDF) and pictures (JPEG, PNG) are taken. Pictures are drawn anew, so that nothing
remains of the file but the picture: no place, no thumbnail, nothing appended. A document with
anything active in it, or with anything before or behind it, is refused.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps, UnidentifiedImageError

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
MOST_PIXELS = 40_000_000
LONGEST_NAME = 120
UNSAFE = '<>:"|?*'
BEHIND_PDF = 1_024  # blanks and line ends that programs leave behind the last mark

_PDF_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END = b"%%EOF"
# Names of what a document can do by itself, as the standard spells them (ISO 32000).
_ACTIVE = frozenset(
    {
        b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA",
        b"OpenAction", b"AA", b"SubmitForm", b"ImportData", b"GoToR", b"GoToE", b"Movie", b"Sound",
        b"Rendition",
    }
)  # fmt: skip
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2})+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# A file that virus scanners are tried with; it stands for whatever a scanner would find.
_TRIAL = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class UploadRefused(ValueError):
    """A file that is not taken; the text says why, to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Clean:
    """What may be kept of a file."""

    name: str
    media_type: str
    content: bytes
    received_sha256: str


def cleaned(name: str, said: str, content: bytes, largest: int) -> Clean:
    """What may be kept of a file that came under a name and as a media type.

    Raises UploadRefused: empty or too large, of a type that is not taken, not what it says it is,
    damaged, with something active, hidden or appended, or with too many pixels.
    """
    if not content:
        raise UploadRefused("the file is empty")
    if len(content) > largest:
        raise UploadRefused(f"the file has {len(content):,} bytes, more than {largest:,}")
    if _TRIAL in content:
        raise UploadRefused("the file holds what virus scanners look for")
    name = harmless_name(name)
    found = kind_of(content)
    if found != said:
        raise UploadRefused(f"it is said to be {said[:60]}, and is {found or 'something else'}")
    if not name.lower().endswith(ENDINGS[found]):
        raise UploadRefused(f"the name of such a file ends in {' or '.join(ENDINGS[found])}")
    kept = _document(content) if found == PDF else _picture(content, found)
    return Clean(name, found, kept, sha256(content).hexdigest())


def harmless_name(name: str) -> str:
    """The last part of a name, of printable signs; raises UploadRefused where nothing is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(
        " ."
    )
    if not kept or kept.startswith("."):
        raise UploadRefused("the file has no name")
    stem, dot, ending = kept.rpartition(".")
    return kept if len(kept) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - 10]}{dot}{ending[:9]}"


def kind_of(content: bytes) -> str | None:
    """The media type, if it is one that is taken: by its first bytes, and by puremagic's list."""
    import puremagic  # its list takes a tenth of a second to read, and few processes need it

    if _PDF_HEAD.match(content):
        first = PDF
    elif content.startswith(b"\xff\xd8\xff"):
        first = JPEG
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        first = PNG
    else:
        return None
    try:
        others = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return None
    return first if first in others else None


def _document(content: bytes) -> bytes:
    end = content.rfind(_PDF_END)
    behind = content[end + len(_PDF_END) :]
    if end < 0 or len(behind) > BEHIND_PDF or behind.strip(b" \r\n\t\0"):
        raise UploadRefused("the document is cut off, or something follows its end")
    names = {_plain(name) for name in _NAME.findall(content)}
    if b"Encrypt" in names:
        raise UploadRefused("the document is encrypted: send it without a password")
    active = sorted(name.decode("latin-1") for name in names & _ACTIVE)
    if active:
        raise UploadRefused(f"the document holds something active: {', '.join(active)}")
    if b"PK\x03\x04" in content or b"<html" in content.lower() or b"<script" in content.lower():
        raise UploadRefused("the document holds another file")
    return content


def _plain(name: bytes) -> bytes:
    """A name without the escapes that hide it: `J#61vaScript`."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)


def _picture(content: bytes, media_type: str) -> bytes:
    """The picture drawn anew, turned as it is to be looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=(media_type.split("/")[1].upper(),)) as it:
                width, height = it.size
                if width * height > MOST_PIXELS:
                    raise UploadRefused(f"the picture has {width} × {height} points: too many")
                if getattr(it, "n_frames", 1) > 1:
                    raise UploadRefused("the picture moves")
                drawn = ImageOps.exif_transpose(it)
                return _saved(drawn, media_type)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            if isinstance(error, UploadRefused):
                raise
            raise UploadRefused("the picture is damaged") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise UploadRefused("the picture has too many points") from bomb


def _saved(drawn: Image.Image, media_type: str) -> bytes:
    drawn.info.clear()
    made = io.BytesIO()
    if media_type == JPEG:
        drawn.convert("RGB").save(made, "JPEG", quality=90, optimize=True)
    else:
        if drawn.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
            drawn = drawn.convert("RGB")
        drawn.save(made, "PNG", optimize=False)
    return made.getvalue()
