"""Surplus and facultative cases: lines above a retention, and reinsurers of single policies."""

from collections.abc import Sequence
from fractions import Fraction

from cli.case_files.treaty_reading import Answer, Fields, participants, shown, shown_all
from domain.money import Money, share
from domain.ratio import NOTHING, Ratio
from domain.reinsurance.cede import cede
from domain.reinsurance.check import require_sound
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.posting import shared
from domain.reinsurance.surplus import surplus_shares
from domain.reinsurance.terms import (
    Cover,
    Kind,
    LineOfTable,
    Posting,
    ScopeRow,
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
    given = terms.first("lines", "surpluses", "surplus")
    many = given if isinstance(given, list) else [given]
    lines = [one["lines"] if isinstance(one, dict) else one for one in many]
    second = terms.first("second_lines", "second_surplus_lines", "lines_2")
    return [Ratio.of(str(one)) for one in (*lines, *([second] if second is not None else ()))]


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
        if whole is None:
            continue
        left = whole
        for name, part in (named | {"over_capacity": shares.over_capacity}).items():
            ceded = share(whole, part)
            left -= ceded
            answer[f"{name}.{what}"] = shown(ceded)
        answer[f"retained.{what}"] = shown(left)
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


def facultative_excess(terms: Fields, inputs: Fields) -> Answer:
    """A facultative cover in excess, or a share, on the policies in scope only."""
    scope = tuple(
        ScopeRow(policy=name) for name in inputs.first("scope") or terms.first("scope") or ()
    )
    section = Section(
        section_id="FAC",
        kind=Kind.FACULTATIVE,
        cession=terms.whole_ratio("cession", "share"),
        scope=scope,
        risk=Cover(terms.money("attachment"), terms.money("limit")),
        placed=terms.whole_ratio("placed"),
    )
    treaty = Treaty("FAC", terms.currency, (section,))
    require_sound(treaty)
    given = inputs.inside("policy_losses")
    losses = [Loss(p, given.needed_money(p), Risk(policy=p)) for p in given] if given else []
    cession = cede(treaty, section, losses)
    recovered = {line.item: line.recovered for line in cession.losses}
    answer: Answer = {"total.recovered": shown(cession.recovered)}
    for loss in losses:
        own = recovered.get(loss.item, Money.zero(terms.currency))
        answer[f"{loss.item}.recovered"] = shown(own)
        answer[f"{loss.item}.retained"] = shown(loss.amount - own)
    premium = terms.money("premium")
    return answer | ({"premium": shown(premium)} if premium else {})


def facultative_shares(terms: Fields, inputs: Fields) -> Answer:
    """Several facultative reinsurers of one policy, each with its own share and commission."""
    takers = participants(terms.rows("participants"))
    ceded_share = sum((one.share.exact for one in takers), Fraction(0))
    treaty = Treaty(
        "FAC",
        terms.currency,
        (Section("FAC", Kind.FACULTATIVE, cession=Ratio.of(ceded_share)),),
        participants=takers,
    )
    require_sound(treaty)
    answer: Answer = {}
    for what in ("premium", "loss"):
        whole = inputs.money(what)
        if whole is None:
            continue
        ceded = share(whole, ceded_share)
        parts = shared(ceded, takers)
        for one in takers:
            answer[f"{one.reinsurer}.{what}"] = shown(parts[one.reinsurer])
            if what == "premium":
                rate = one.commission or NOTHING
                answer[f"{one.reinsurer}.commission"] = shown(
                    share(parts[one.reinsurer], rate.exact)
                )
        answer[f"ceded.{what}"] = shown(ceded)
        answer[f"retained.{what}"] = shown(whole - ceded)
    return answer
