"""Three applications for cover: one for the rules, one for an underwriter, one for a senior."""

from cli.demo_book.applications import Applied
from cli.demo_year import wire
from cli.demo_year.portal import PortalRefused
from cli.demo_year.year import Year


def all_cases(year: Year) -> None:
    """Sales opens each case, others decide it as its journey tells; then look at the premium."""
    with year.screen.step("applications underwritten", len(year.book.applications)) as bar:
        for number, applied in enumerate(year.book.applications):
            one(year, applied, number)
            bar.step()


def one(year: Year, applied: Applied, number: int) -> None:
    family = year.book.families[number % len(year.book.families)]
    path = "/underwriting/cases"
    body = {
        "applicant_id": year.known.members[family.principal.key],
        "sum_assured": wire.form(applied.sum_assured),
        "base_premium": wire.form(applied.base_premium),
        "declaration": wire.form(applied.declaration),
    }
    case = year.as_("sales").post(path, body, f"case-{applied.key}")["id"]
    terms = {"loading_bps": applied.loading_bps, "exclusions": list(applied.exclusions)}
    if applied.ends == "approved":
        year.as_("underwriter").post(f"{path}/{case}/approve", terms, f"approve-{applied.key}")
    elif applied.ends == "offered":
        needs_senior(year, f"{path}/{case}/counter-offer", terms)
        year.as_("senior").post(f"{path}/{case}/counter-offer", terms, f"offer-{applied.key}")
        year.as_("senior").post(f"{path}/{case}/accept-offer", {}, f"accept-{applied.key}")
    found = year.as_("underwriter").get(f"{path}/{case}")
    year.promises.equal(
        f"application {applied.key.replace('-', ' ')}: premium {applied.premium}",
        found["premium"],
        wire.form(applied.premium),
    )


def needs_senior(year: Year, path: str, terms: dict[str, object]) -> None:
    """An underwriter may not sign a high risk."""
    try:
        year.as_("underwriter").post(path, terms, f"not-senior-{path}")
        found = "was allowed"
    except PortalRefused as refused:
        found = refused.rule
    year.promises.equal(
        "a high risk needs a senior underwriter", found, "underwriting.needs_senior"
    )
