"""A member's card as a picture of its code and as a page to print (PDF, the size of a bank card).

Made of the same words it is the same bytes: nothing tells when it was printed.
"""

import io
from dataclasses import dataclass
from datetime import date

import segno
from fpdf import FPDF

from projections.paper import ACCENT, FONT, INK, SOFT, UNDATED, WHITE, writable
from projections.printed_words import Language, label

WIDTH, HEIGHT = 85.6, 53.98  # millimetres, as ISO/IEC 7810 has it (ID-1)


@dataclass(frozen=True, slots=True)
class OnCard:
    """`expires_on` is the first day on which the card counts no longer; `photo` is a picture."""

    insurer: str
    card_number: str
    member_number: str
    full_name: str
    born_on: date
    expires_on: date
    code: str
    language: Language
    photo: bytes | None = None


def qr_png(code: str) -> bytes:
    """The code as a picture that telephones read."""
    made = io.BytesIO()
    segno.make_qr(code, error="m").save(made, kind="png", scale=8, border=4)
    return made.getvalue()


def qr_svg(code: str) -> bytes:
    """The same in lines, for print and any size."""
    made = io.BytesIO()
    segno.make_qr(code, error="m").save(made, kind="svg", scale=8, border=4)
    return made.getvalue()


def card_pdf(told: OnCard) -> bytes:
    """The card as one page of its own size."""
    page = FPDF(unit="mm", format=(HEIGHT, WIDTH), orientation="landscape")
    page.core_fonts_encoding = "windows-1252"
    page.set_creation_date(UNDATED)
    page.set_title(told.card_number)
    page.set_auto_page_break(False)
    page.add_page()
    page.set_fill_color(*ACCENT)
    page.rect(0, 0, WIDTH, 11, style="F")
    page.set_text_color(*WHITE)
    page.set_font(FONT, "B", 11)
    page.text(5, 7.4, writable(told.insurer))
    left = 5.0
    if told.photo is not None:
        page.image(io.BytesIO(told.photo), x=5, y=15, w=18, h=23, keep_aspect_ratio=True)
        left = 26.0
    page.set_text_color(*INK)
    page.set_font(FONT, "B", 10)
    page.text(left, 19, writable(told.full_name)[:28])
    _fact(page, left, 25, label("member", told.language), told.member_number)
    _fact(page, left, 33, label("born_on", told.language), told.born_on.isoformat())
    _fact(page, left, 41, label("good_before", told.language), told.expires_on.isoformat())
    page.set_font(FONT, "", 6)
    page.set_text_color(*SOFT)
    page.text(5, 51, writable(told.card_number))
    page.image(io.BytesIO(qr_png(told.code)), x=WIDTH - 35, y=15, w=32, h=32)
    return bytes(page.output())


def _fact(page: FPDF, left: float, top: float, name: str, value: str) -> None:
    page.set_font(FONT, "", 6)
    page.set_text_color(*SOFT)
    page.text(left, top, writable(name))
    page.set_font(FONT, "", 8)
    page.set_text_color(*INK)
    page.text(left, top + 3.6, writable(value))
