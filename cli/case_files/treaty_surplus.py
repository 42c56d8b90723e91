"""Surplus and facultative cases: lines above a retention, and reinsurers of single policies."""

from collections.abc import Sequence
from fractions import Fraction

from cli.case_files.treaty_reading import Answer, Fields, shown, shown_all
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.cede import cede
from domain.reinsurance.check import require_sound
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.surplus import divide, surplus_shares
from domain.reinsurance.terms import (
    Cover,
    Kind,
    LineOfTable,
    Posting,
    Section,
    Surplus,
    Treaty,
)


def surplus_treaty(terms: Fields) -> Treaty:
    """One section for each surplus; `lines` is a number, or a list for first, second …"""
    table = _table(terms)
    retention = terms.money("retention") or table[0].retention
    sections = []
    below = Fraction(0)
    for at, lines in enumerate(_lines(terms), 1):
        sections.append(
            Section(
                section_id=f"surplus{at}",
                kind=Kind.SURPLUS,
                surplus=Surplus(retention, lines, Ratio.of(below), table),
                occurrence=Cover(limit=terms.money("event_limit_ceded", "event_limit")),
            )
        )
        below += lines.exact
    treaty = Treaty("SS", terms.currency, tuple(sections), posting=Posting.EVENT)
    require_sound(treaty)
    return treaty


def _lines(terms: Fields) -> list[Ratio]:
    """The number of lines of each surplus, however the case lists them."""
    given = terms.first("lines", "surpluses", "surplus")
    if given is None:
        given = [terms[key] for key in sorted(terms) if "lines" in key or "surplus" in key]
    elif (second := terms.first("second_lines", "second_surplus_lines", "lines_2")) is not None:
        given = [given, second]
    many = given if isinstance(given, list) else [given]
    return [Ratio.of(str(one["lines"] if isinstance(one, dict) else one)) for one in many]


def _table(terms: Fields) -> tuple[LineOfTable, ...]:
    given = terms.inside("retention_table")
    if given is None:
        return ()
    rows = []
    for grade in given:
        if isinstance(given[grade], dict):
            inside = given.inside(grade)
            if inside is not None:
                rows.append(
                    LineOfTable(grade, inside.needed_money("retention"), inside.ratio("lines"))
                )
        else:
            rows.append(LineOfTable(grade, given.needed_money(grade)))
    return tuple(rows)


def one_risk(terms: Fields, inputs: Fields) -> Answer:
    """One risk: its shares, premium and loss; by every grade where there is a table of lines."""
    treaty = surplus_treaty(terms)
    surpluses = [section.surplus for section in treaty.sections if section.surplus]
    table = surpluses[0].table
    asked = inputs.first("grade")
    if not table or asked is not None:
        return _divided(surpluses, inputs, asked or "")
    answer: Answer = {}
    for line in table:
        own = _divided(surpluses, inputs, line.grade)
        answer[f"grade.{line.grade}.cession"] = own["surplus1.cession"]
        answer[f"grade.{line.grade}.premium"] = own.get("surplus1.premium", "")
        answer[f"grade.{line.grade}.loss"] = own.get("surplus1.loss", "")
        for name, value in own.items():
            answer[f"grade.{line.grade}.{name.replace('.', '_')}"] = value
    return answer


def _divided(surpluses: Sequence[Surplus], inputs: Fields, grade: str) -> Answer:
    shares = surplus_shares(surpluses, inputs.needed_money("sum_insured"), grade)
    named = {f"surplus{at}": part for at, part in enumerate(shares.ceded, 1)}
    answer = shown_all(
        {f"{name}.cession": part for name, part in named.items()}
        | {"over_capacity.share": shares.over_capacity, "retention.share": shares.retained}
    )
    for what in ("premium", "loss"):
        whole = inputs.money(what)
        if whole is not None:
            parts = divide(whole, shares)
            amounts = dict(zip(named, parts.ceded, strict=True))
            amounts |= {"over_capacity": parts.over_capacity, "retained": parts.retained}
            answer |= shown_all({f"{name}.{what}": part for name, part in amounts.items()})
    return answer


def one_event(terms: Fields, inputs: Fields) -> Answer:
    """Many risks lost in one event, with a limit on what the event may cede."""
    treaty = surplus_treaty(terms)
    losses = [
        Loss(
            row["risk"],
            row.needed_money("loss"),
            Risk(
                policy=row["risk"],
                sum_insured=row.money("sum_insured"),
                grade=row.first("grade") or "",
            ),
            event="event",
        )
        for row in inputs.rows("risks")
    ]
    answer: Answer = {}
    before = after = Money.zero(terms.currency)
    for section in treaty.sections:
        cession = cede(treaty, section, losses)
        for loss in cession.losses:
            answer[f"risk.{loss.item}.cession"] = shown(
                Fraction(loss.before_limit.minor, loss.incoming.minor)
            )
            answer[f"risk.{loss.item}.ceded_loss_share_of_event"] = shown(loss.recovered)
        for event in cession.events:
            before, after = before + event.before_limit, after + event.recovered
    return answer | shown_all({"event.ceded_before_limit": before, "event.ceded": after})
