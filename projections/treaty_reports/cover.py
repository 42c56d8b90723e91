"""The cover of an issued report on paper: what it is, its totals, and by what it is recognised."""

from domain.money import Money
from projections.canonical import cell
from projections.printed_words import Language
from projections.treaty_reports.building import Built


def cover(built: Built, public: str) -> bytes:
    """One page (PDF, A4); the same report always gives the same bytes."""
    from projections.paper import Sheet

    asked = built.asked
    terms = asked.terms
    assert terms.period is not None
    page = Sheet(
        asked.administration.reinsured,
        f"{asked.kind.capitalize()} bordereau",
        asked.period.name,
        Language.ENGLISH,
        f"{terms.treaty_id}  ·  {asked.administration.umr}  ·  version {asked.report_version}",
    )
    page.facts(
        [
            ("treaty", f"{terms.treaty_id}  (terms version {asked.treaty_version})"),
            ("contract reference", asked.administration.umr),
            ("period", f"{asked.period.from_on} – {asked.period.last_day}"),
            ("known at", f"{cell(asked.known_at)}  (position {asked.position})"),
            ("rows", str(len(built.rows))),
            ("reinsurers", ", ".join(f"{p.reinsurer} {p.share}" for p in terms.participants)),
        ]
    )
    totals = built.totals
    chosen = [
        (key.partition(" ")[0].replace("_", " "), amount, key.startswith(_CHIEF[asked.kind]))
        for key, amount in totals.items()
        if key.partition(" ")[0] in asked.layout.controls
    ]
    page.figures(chosen[:4])
    page.heading("Control totals")
    for key, amount in totals.items():
        if amount:
            page.small(f"{key.partition(' ')[0]:<44} {_money(amount)}")
    page.heading("How to check it")
    page.small(
        "The report is the file report.csv; everything else is made of it. Its SHA-256 and that "
        "of each file stand in manifest.json, which is signed (Ed25519). `bima verify-report` "
        "checks the folder with nothing but the public key."
    )
    page.small(f"SHA-256 of report.csv: {built.sha256}")
    page.small(f"public key: {public}")
    return page.done()


_CHIEF = {"claims": "ceded_paid_this_period", "premium": "ceded_premium"}


def _money(amount: Money) -> str:
    return f"{amount.currency} {amount.amount:,f}"
