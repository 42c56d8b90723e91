"""Files as attackers and careless people send them, made here: name, media type, bytes.

`REFUSED` must not be taken; `CLEANED` may be, without what is hidden in them.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from PIL import Image

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(document.cookie)</script></html>"
SECRET = b"SECRET-THAT-MUST-NOT-STAY"


@dataclass(frozen=True)
class Sent:
    """`about` is what is wrong with it."""

    about: str
    name: str
    media_type: str
    content: bytes


def pdf(inside: bytes = b"", *, head: bytes = b"%PDF-1.7\n", behind: bytes = b"\n") -> bytes:
    """A small document of one empty page."""
    body = b"1 0 obj<</Type/Catalog/Pages 2 0 R" + inside + b">>endobj\n"
    body += b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    return head + body + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF" + behind


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), **saved: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(made, kind, **saved)
    return made.getvalue()


def located() -> bytes:
    """A picture that says where it was made."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "S"
    return picture("JPEG", exif=exif.tobytes())


def chunk(kind: bytes, data: bytes) -> bytes:
    sum_ = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)


def flood(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of very many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped(name: str = "a.txt", content: bytes = b"a" * 10) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def symlinked() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def moving() -> bytes:
    made = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 99, 200)]
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


ACTIVE = (
    b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>", b"/AA<</O 4 0 R>>",
    b"/Names<</EmbeddedFiles 5 0 R>>", b"/OpenAction<</S/Launch/F(cmd.exe)>>",
    b"/OpenAction<</S/J#61vaScript/J#53(x)>>", b"/AcroForm<</XFA 6 0 R>>",
    b"/A<</S/SubmitForm/F(http://e)>>", b"/A<</S/GoToR/F(x)>>", b"/RichMedia 7 0 R",
    b"/A<</S/ImportData>>", b"/A<</S/Rendition>>", b"/Movie 8 0 R",
)  # fmt: skip

REFUSED = (
    *(Sent(f"active document {n}", "a.pdf", PDF, pdf(each)) for n, each in enumerate(ACTIVE)),
    Sent("encrypted", "a.pdf", PDF, pdf(b"/Encrypt 9 0 R")),
    Sent("cut off", "a.pdf", PDF, pdf()[:60]),
    Sent("zip behind a document", "a.pdf", PDF, pdf(behind=b"\n" + zipped())),
    Sent("page behind a document", "a.pdf", PDF, pdf(behind=HTML)),
    Sent("blanks without end behind", "a.pdf", PDF, pdf(behind=b" " * 5_000)),
    Sent("something before a document", "a.pdf", PDF, b"MZ" + pdf()),
    Sent("page within a document", "a.pdf", PDF, pdf(b"/X(<script>x</script>)")),
    Sent("zip within a document", "a.pdf", PDF, pdf(b"/X(PK\x03\x04)")),
    Sent("picture called a document", "a.pdf", PDF, picture()),
    Sent("document called a picture", "a.png", PNG, pdf()),
    Sent("page called a picture", "a.png", PNG, HTML),
    Sent("page", "a.html", "text/html", HTML),
    Sent("drawing with a script", "a.svg", "image/svg+xml", SVG),
    Sent("drawing called a picture", "a.png", PNG, SVG),
    Sent("archive", "a.zip", "application/zip", zipped()),
    Sent("archive that leads out", "a.zip", "application/zip", zipped("../../etc/cron.d/x")),
    Sent("archive that unpacks to much", "a.zip", "application/zip", zipped("b", b"\0" * 10**6)),
    Sent("archive with a link", "a.zip", "application/zip", symlinked()),
    Sent("archive called a document", "a.pdf", PDF, zipped()),
    Sent("program", "a.exe", "application/x-msdownload", b"MZ\x90\0" + b"\0" * 60),
    Sent("program called a picture", "a.jpg", JPEG, b"MZ\x90\0" + b"\0" * 60),
    Sent("program of Unix", "a.png", PNG, b"\x7fELF" + b"\0" * 60),
    Sent("script", "a.sh", "text/x-sh", b"#!/bin/sh\nrm -rf /\n"),
    Sent("trial of scanners", "a.pdf", PDF, EICAR),
    Sent("trial within a document", "a.pdf", PDF, pdf(b"/X(" + EICAR + b")")),
    Sent("trial behind a picture", "a.png", PNG, picture() + EICAR),
    Sent("flood of points", "a.png", PNG, flood(60_000, 60_000)),
    Sent("a little too many points", "a.png", PNG, flood(10_000, 5_000)),
    Sent("points without picture", "a.png", PNG, flood(500, 500)),
    Sent("moving picture", "a.png", PNG, moving()),
    Sent("moving picture of another kind", "a.gif", "image/gif", picture("GIF")),
    Sent("half a picture", "a.jpg", JPEG, picture("JPEG")[:200]),
    Sent("first bytes alone", "a.jpg", JPEG, b"\xff\xd8\xff\xe0"),
    Sent("picture by its first bytes", "a.png", PNG, b"\x89PNG\r\n\x1a\n" + HTML),
    Sent("nothing", "a.pdf", PDF, b""),
    Sent("too much", "a.pdf", PDF, pdf(behind=b"\n") + b"\0" * 2_000_000),
    Sent("wrong ending", "a.exe", PNG, picture()),
    Sent("two endings", "a.png.exe", PNG, picture()),
    Sent("no name", "../..", PNG, picture()),
    Sent("hidden name", ".png", PNG, picture()),
)  # fmt: skip

CLEANED = (
    Sent("where it was made", "a.jpg", JPEG, located()),
    Sent("page behind a picture", "a.png", PNG, picture() + HTML + SECRET),
    Sent("archive behind a picture", "a.jpg", JPEG, picture("JPEG") + zipped() + SECRET),
    Sent("words within a picture", "a.png", PNG,
         picture()[:-12] + chunk(b"tEXt", b"Comment\0" + SECRET) + picture()[-12:]),
    Sent("comment in a picture", "a.jpg", JPEG, picture("JPEG", comment=SECRET)),
    Sent("name that leads out", "../../../etc/passwd.png", PNG, picture()),
    Sent("name of another system", "C:\\Windows\\win.png", PNG, picture()),
    Sent("name with signs", "a\x00\n<b>\u202e.png", PNG, picture()),
    Sent("name without end", "a" * 500 + ".png", PNG, picture()),
)  # fmt: skip
