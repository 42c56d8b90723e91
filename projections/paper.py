"""Explanations of benefits and remittance advices on paper (PDF, A4).

The same content always gives the same bytes: nothing on the page or in the file tells when it
was printed. The library behind it takes a fifth of the API's start: import this where it is used.
"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from domain.money import Money
from projections.explanation_of_benefits import PARTS, Explanation, Line
from projections.printed_words import STAGES, Language, label, said
from projections.remittance import Remittance, Remitted, masked

INK, SOFT, PALE = (25, 35, 55), (95, 105, 120), (238, 241, 245)
ACCENT = (0, 92, 107)
FONT = "Helvetica"
WHITE = (255, 255, 255)
MARGIN = 16.0
LEAST_BOXES = 3  # that stand side by side, so that one alone is not as wide as the page
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # a file date that says nothing
MEMBERS_PARTS = ("balance_bill", "deductible", "copay", "coinsurance", "over_limit", "not_covered")


def eob_pdf(told: Explanation, insurer: str) -> bytes:
    """An explanation of benefits as a letter to the member."""
    title = label("eob", told.language)
    page = Sheet(insurer, title, told.number, told.language, label("not_a_bill", told.language))
    page.facts(_facts_of_claim(told))
    page.figures(_figures_of_claim(told))
    page.heading(label("who_bears", told.language))
    page.lines(told)
    if told.balances:
        page.heading(label("used", told.language))
        page.balances(told)
    reasons = {reason.code: reason.words for line in told.lines for reason in line.reasons}
    reasons |= {reason.code: reason.words for reason in told.reasons}
    if reasons:
        page.heading(label("why", told.language))
        page.reasons(list(reasons.items()))
    page.small(label("questions", told.language))
    return page.done()


def remittance_pdf(told: Remittance, insurer: str) -> bytes:
    """A remittance advice as a letter to the payee."""
    one = told.from_on is None and len(told.payments) == 1
    number = told.payments[0].payment_number if one else told.payee.number
    page = Sheet(insurer, label("remittance", told.language), number, told.language)
    page.facts(_facts_of_remittance(told))
    page.figures([(label("paid", told.language), told.total, True)])
    for payment in told.payments:
        page.heading(_heading_of(payment, told.language), keep=35)
        page.remitted(payment)
    reasons = {
        reason.code: reason.words
        for payment in told.payments
        for line in payment.claim.lines
        for reason in line.reasons
    }
    if reasons:
        page.heading(label("why", told.language))
        page.reasons(list(reasons.items()))
    return page.done()


def _facts_of_claim(told: Explanation) -> list[tuple[str, str]]:
    say = told.language
    paid = f"{money(told.paid)}, {day(told.paid_on)}" if told.paid_on else ""
    facts = [
        (label("member", say), f"{told.member.name}  ({told.member.number})"),
        (label("provider", say), f"{told.provider.name}  ({told.provider.number})"),
        (label("policy", say), told.policy_number),
        (label("plan", say), f"{told.plan}  (v{told.plan_version})"),
        (label("service_days", say), days(told.service_from, told.service_until)),
        (label("invoice", say), told.invoice_no),
        (label("received", say), day(told.received_on)),
        (label("decided", say), day(told.decided_on)),
        (label("status", say), told.status),
        (label("payment", say), paid),
    ]
    return [(name, value) for name, value in facts if value]


def _figures_of_claim(told: Explanation) -> list[tuple[str, Money, bool]]:
    say = told.language
    figures = [
        (label("billed", say), told.billed, False),
        (label("write_off", say), told.parts["write_off"], False),
        (label("member_pays", say), told.member_pays, False),
        (label("plan_pays", say), told.plan_pays, True),
    ]
    if told.to_recover:
        figures.append((label("to_recover", say), told.to_recover, False))
    return figures


def _facts_of_remittance(told: Remittance) -> list[tuple[str, str]]:
    say = told.language
    period = "" if told.from_on is None or told.until_on is None else (
        f"{told.from_on.isoformat()} – {told.until_on.isoformat()}"
    )  # fmt: skip
    facts = [
        (label("paid_to", say), f"{told.payee.name}  ({told.payee.number})"),
        (label("account", say), masked(told.account)),
        (label("period", say), period),
        (label("claims", say), str(len(told.payments))),
    ]
    return [(name, value) for name, value in facts if value]


def _heading_of(payment: Remitted, language: Language) -> str:
    when = day(payment.paid_on) or said(STAGES, payment.stage, language)
    words = [f"{label('payment', language)} {payment.payment_number}", when]
    if payment.bank_reference:
        words.append(f"{label('bank_reference', language)} {payment.bank_reference}")
    return "  ·  ".join(words)


class Sheet(FPDF):
    """One letter: a head, facts in two columns, tables that may go over several pages."""

    def __init__(
        self, insurer: str, title: str, number: str, language: Language, under: str = ""
    ) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = "windows-1252"
        self.insurer, self.heads, self.number = writable(insurer), title, number
        self.language, self.under = language, under
        self.set_creation_date(UNDATED)
        self.set_title(f"{title} {number}")
        self.set_lang("sw" if language is Language.SWAHILI else "en")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=20)
        self.add_page()

    def header(self) -> None:
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, self.w, 4, style="F")
        self.set_y(12)
        self._font(10, SOFT, bold=True)
        self.cell(0, 5, self.insurer, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._font(18, INK, bold=True)
        self.cell(0, 9, writable(self.heads))
        self._font(12, ACCENT, bold=True)
        self.cell(0, 9, writable(self.number), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._font(9, SOFT)
        if self.under:
            self.cell(0, 5, writable(self.under), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-14)
        self._font(8, SOFT)
        words = f"{self.insurer}  ·  {self.heads} {self.number}"
        self.cell(0, 5, writable(words))
        page = f"{label('page', self.language)} {self.page_no()} / {{nb}}"
        self.cell(0, 5, writable(page), align="R")

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Names and values, two beside each other."""
        half = self.epw / 2
        for at in range(0, len(facts), 2):
            top = self.get_y()
            bottom = top
            for place, (name, value) in enumerate(facts[at : at + 2]):
                self.set_xy(MARGIN + place * half, top)
                self._font(8, SOFT)
                self.cell(half - 4, 4, writable(name), new_x=XPos.LEFT, new_y=YPos.NEXT)
                self._font(10, INK)
                self.multi_cell(half - 4, 5, writable(value), align="L")
                bottom = max(bottom, self.get_y())
            self.set_xy(MARGIN, bottom + 1.5)
        self.ln(2)

    def figures(self, figures: Sequence[tuple[str, Money, bool]]) -> None:
        """The sums that matter most, side by side; the last word in colour."""
        width, top = self.epw / max(len(figures), LEAST_BOXES), self.get_y()
        for place, (name, amount, chief) in enumerate(figures):
            left = MARGIN + place * width
            self.set_fill_color(*(ACCENT if chief else PALE))
            self.rect(left, top, width - 2, 16, style="F", round_corners=True, corner_radius=1.5)
            self.set_xy(left + 2, top + 2)
            self._font(8, WHITE if chief else SOFT)
            self.cell(width - 6, 4, writable(name), new_x=XPos.LEFT, new_y=YPos.NEXT)
            self._font(12, WHITE if chief else INK, bold=True)
            self.cell(width - 6, 7, money(amount))
        self.set_xy(MARGIN, top + 20)

    def heading(self, words: str, keep: float = 25) -> None:
        """A heading that stays with what follows."""
        if self.will_page_break(keep):
            self.add_page()
        self.ln(2)
        self._font(11, ACCENT, bold=True)
        self.cell(0, 6, writable(words), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def lines(self, told: Explanation) -> None:
        """Each line over the parts that are not zero anywhere; the sums below."""
        say = told.language
        parts = [part for part in PARTS if part == "plan_pays" or told.parts[part]]
        head = [label("line", say), label("service", say), label("billed", say)]
        head += [label(part, say) for part in parts]
        rows = [
            [
                str(line.line), _service(line), bare(line.billed),
                *(bare(line.parts[part]) for part in parts),
            ]
            for line in told.lines
        ]  # fmt: skip
        together = ["", label("together", say), bare(told.billed)]
        together += [bare(told.parts[part]) for part in parts]
        self._table(head, [*rows, together], (1, 4.4, *(2.7 for _ in range(len(parts) + 1))))

    def balances(self, told: Explanation) -> None:
        say = told.language
        head = ["", label("left_before", say), label("left_after", say)]
        rows = [[b.name, bare(b.left_before), bare(b.left_after)] for b in told.balances]
        self._table(head, rows, (5, 3, 3), sums=False, words=1)

    def remitted(self, payment: Remitted) -> None:
        """The claim of a payment, line by line."""
        claim, say = payment.claim, self.language
        self._font(9, INK)
        words = [
            f"{label('claim', say)} {claim.number}",
            f"{label('member', say)} {claim.member.number}",
            days(claim.service_from, claim.service_until),
        ]
        if claim.invoice_no:
            words.insert(1, f"{label('invoice', say)} {claim.invoice_no}")
        self.cell(0, 5, writable("  ·  ".join(words)), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        head = [
            label("line", say), label("service", say), label("billed", say),
            label("write_off", say), label("member_pays", say), label("paid", say),
        ]  # fmt: skip
        rows = [_remitted_line(line) for line in claim.lines]
        if payment.earlier:
            earlier = f"{label('payment', say)} –"
            rows.append(["", earlier, "", "", "", bare(-payment.earlier)])
        together = [
            "", label("together", say), bare(claim.billed), bare(claim.parts["write_off"]),
            bare(claim.member_pays), bare(payment.amount),
        ]  # fmt: skip
        self._table(head, [*rows, together], (1, 6, 2.6, 2.6, 2.6, 2.6))

    def reasons(self, reasons: Sequence[tuple[str, str]]) -> None:
        for code, words in reasons:
            self._font(9, INK)
            told = words if words == code else f"{words}  [{code}]"
            self.multi_cell(0, 5, writable(told), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def small(self, words: str) -> None:
        self.ln(3)
        self._font(8, SOFT)
        self.multi_cell(0, 4, writable(words))

    def done(self) -> bytes:
        return bytes(self.output())

    def _table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        sums: bool = True,
        words: int = 2,
    ) -> None:
        """A table whose first `words` columns are text and whose last row may be the sums."""
        self._font(8, INK)
        self.set_draw_color(205, 211, 219)
        self.set_fill_color(*WHITE)
        bold = FontFace(emphasis="BOLD", color=INK, fill_color=PALE)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=SOFT, fill_color=WHITE, size_pt=7),
            line_height=4.6,
            padding=(1.2, 1),
            col_widths=tuple(widths),
            text_align=tuple("LEFT" if at < words else "RIGHT" for at in range(len(head))),
        ) as table:
            table.row([writable(word) for word in head])
            for at, row in enumerate(rows):
                last = sums and at == len(rows) - 1
                table.row([writable(word) for word in row], style=bold if last else None)
        self.ln(1)

    def _font(self, size: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)


def _service(line: Line) -> str:
    name = line.description or line.category.replace("_", " ")
    quantity = "" if line.quantity == "1" else f"{line.quantity} × "
    return f"{quantity}{name} ({line.code})" if name else f"{quantity}{line.code}"


def _remitted_line(line: Line) -> list[str]:
    return [
        str(line.line), _service(line), bare(line.billed), bare(line.parts["write_off"]),
        bare(line.member_pays), bare(line.plan_pays),
    ]  # fmt: skip


def money(amount: Money) -> str:
    """With its currency: `TZS 730,000.00`."""
    return f"{amount.currency} {amount.amount:,f}"


def bare(amount: Money) -> str:
    """Without its currency, in a table that has one; a dash for nothing."""
    return f"{amount.amount:,f}" if amount else "–"


def day(on: date | None) -> str:
    return "" if on is None else on.isoformat()


def days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def writable(words: str) -> str:
    """What the page's own font can show: letters with marks that it lacks lose their marks, and
    any other sign becomes a question mark."""
    return "".join(_shown(sign) for sign in words)


def _shown(sign: str) -> str:
    if _has(sign):
        return sign
    plain = unicodedata.normalize("NFKD", sign)[:1]
    return plain if _has(plain) else "?"


def _has(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
