"""Checks of a report against the ledger: the same figures, worked out again from the log itself.

What is compared here with tolerance zero goes past the read models that made the rows, so a row
that was lost, doubled, edited or put into another period shows.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from domain.cession.events import CededLine
from domain.cession.losses import of_life, retained, struck
from domain.cession.premiums import premium_lines
from domain.cession.programme import (
    Struck,
    Taken,
    TreatyVersion,
    by_year,
    chosen_for,
    struck_by_life,
)
from domain.money import Money
from domain.refusals import RuleBroken
from domain.reinsurance.loss import Loss, Premium
from projections.canonical import Row, cell
from projections.treaty_reports.evidence import Evidence, Key, LineSums
from projections.treaty_reports.reinstated import Recovered, charges

_NAMED = 5  # differences that one finding names


def source_events(evidence: Evidence) -> Iterator[str]:
    """Every event that a row names is in the log, was known at the cut-off, and counts once."""
    asked = evidence.built.asked
    for row in evidence.built.rows:
        named = row["source_event_ids"]
        assert isinstance(named, tuple | list)
        if len(set(named)) < len(named):
            yield f"{row['line_id']}: an event is named twice"
    wanted = sorted({one for row in evidence.built.rows for one in _events_of(row)})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 1_000):
        streams, versions = _split(wanted[start : start + 1_000])
        found.update(
            evidence.conn.execute(
                "SELECT e.stream_id || ':' || e.version, e.position FROM es_event e "
                "JOIN unnest(%s::uuid[], %s::bigint[]) AS w (stream_id, version) "
                "ON e.stream_id = w.stream_id AND e.version = w.version WHERE e.tenant = %s",
                (streams, versions, asked.tenant),
            ).fetchall()
        )
    for one in wanted:
        if one not in found:
            yield f"event {one} is not in the ledger"
        elif found[one] > asked.position:
            yield f"event {one} was recorded after the cut-off"


def _events_of(row: Row) -> tuple[str, ...]:
    named = row["source_event_ids"]
    return tuple(named) if isinstance(named, tuple | list) else ()


def _split(events: list[str]) -> tuple[list[UUID], list[int]]:
    pairs = [one.rpartition(":") for one in events]
    return [UUID(stream) for stream, _, _ in pairs], [int(version) for _, _, version in pairs]


def ceded_is_logged(evidence: Evidence) -> Iterator[str]:
    """What was ceded to date is the sum of the ledger's cessions before the end of the period."""
    yield from _compare(
        _told(evidence, "ceded_paid_to_date", "ceded_incurred"),
        _numbered(evidence, evidence.ceded()),
        "ceded to date",
    )


def ceded_this_period(evidence: Evidence) -> Iterator[str]:
    """What is ceded in the period is to date less what the last issued report knew."""
    now, before = evidence.ceded(), evidence.ceded_before()
    this = {key: (paid - before.get(key, (0, 0))[0], 0) for key, (paid, _) in now.items()}
    yield from _compare(
        _told(evidence, "ceded_paid_this_period"), _numbered(evidence, this), "ceded in the period"
    )


def nothing_is_left_out(evidence: Evidence) -> Iterator[str]:
    """Every claim with a cession in the period or a ceded reserve at its end has a row."""
    told = set(_told(evidence, "ceded_paid_to_date"))
    before = evidence.ceded_before()
    for key, sums in evidence.ceded().items():
        claim, layer = _number(evidence, key)
        moved = before.get(key, (0, 0)) != sums
        if (claim, layer) not in told and (moved or sums[0] != sums[1]):
            yield f"claim {claim} under layer {layer} has no row"


def treaties_take_this(evidence: Evidence) -> Iterator[str]:
    """The cessions are what the terms take of the losses as they were known: struck once more."""
    versions, asked = evidence.treaty_versions(), evidence.built.asked
    on = asked.period.last_day
    own = [one for one in versions if one.treaty_id == asked.treaty_id]
    try:
        if all(struck_by_life(one.terms) for one in own):
            again = [of_life(claims, versions, on) for claims in evidence.lives.values()]
        else:
            again = [_of_year(evidence, versions)]
    except RuleBroken as refusal:
        yield f"the losses cannot be struck again: {refusal.detail}"
        return
    expected: dict[Key, tuple[int, int]] = {}
    for paid, incurred in again:
        of_paid = {(one.item, one.section): one.ceded.minor for one in _of(paid, asked.treaty_id)}
        for one in _of(incurred, asked.treaty_id):
            took = of_paid.get((one.item, one.section), 0)
            expected[UUID(one.item), one.section] = took, one.ceded.minor
    told = _told(evidence, "ceded_paid_to_date", "ceded_incurred")
    yield from _compare(told, _numbered(evidence, expected), "struck again it")


def _of(struck: Struck, treaty: UUID) -> list[Taken]:
    return [one for one in struck.taken if one.version.treaty_id == treaty]


def _of_year(evidence: Evidence, versions: tuple[TreatyVersion, ...]) -> tuple[Struck, Struck]:
    on = evidence.built.asked.period.last_day
    losses = [pair for claims in evidence.lives.values() for pair in retained(claims, versions, on)]
    losses.sort(key=lambda pair: (pair[0].loss_on or on, pair[0].item))
    return struck(losses, lambda loss: by_year(chosen_for(versions, loss)))


def limits_are_restored(evidence: Evidence) -> Iterator[str]:
    """Restoring the limits costs what the terms charge on the cessions of the log, no more."""
    asked = evidence.built.asked
    last = asked.period.last_day

    def due(ceded: LineSums) -> dict[Key, Money]:
        return charges(
            asked.terms,
            [
                Recovered(line, paid, known[0].loss_on if known else None)
                for line, (paid, _) in ceded.items()
                for known in (evidence.struck[line[0]].as_of(last),)
            ],
        )

    now, before = due(evidence.ceded()), due(evidence.ceded_before())
    number = {line: _number(evidence, line) for line in now}
    expected = {
        number[line]: (premium.minor, premium.minor - (before[line].minor if line in before else 0))
        for line, premium in now.items()
    }
    for row in evidence.built.rows:
        told = [
            row[name] for name in ("reinstatement_premium", "reinstatement_premium_this_period")
        ]
        line = cell(row["claim_ref"]), cell(row["layer_id"])
        amounts = tuple(one.minor for one in told if isinstance(one, Money))
        if amounts != expected.get(line, ()):
            due_now = expected.get(line, "nothing")
            yield f"{row['line_id']}: for the limit the terms charge {due_now}"


def retained_adds_up(evidence: Evidence) -> Iterator[str]:
    """What is kept and what all layers take of a claim is what it cost."""
    by_claim: dict[UUID, int] = {}
    for event in evidence.events:
        if event.meta.effective_on < evidence.built.asked.period.until_on:
            for line in getattr(event.fact, "lines", ()):
                if isinstance(line, CededLine):
                    before = by_claim.get(line.claim_id, 0)
                    by_claim[line.claim_id] = before + line.incurred.minor
    numbered = {claim.number: claim for claim in evidence.struck.values()}
    for row in evidence.built.rows:
        claim = numbered.get(cell(row["claim_ref"]))
        known = None if claim is None else claim.as_of(evidence.built.asked.period.last_day)
        if claim is None or known is None:
            yield f"claim {row['claim_ref']} was never struck"
        elif _minor(row, "retained_incurred") != known[1].amount.minor - by_claim.get(
            claim.claim_id, 0
        ):
            yield f"{row['line_id']}: retained_incurred is not the cost less what all layers take"


def gross_is_moved(evidence: Evidence) -> Iterator[str]:
    """The claim's own figures are the sums of its movements, before and in the period."""
    asked = evidence.built.asked
    found = evidence.conn.execute(
        "SELECT r.number, COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid'), 0), "
        "COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_reserved'), 0), "
        "COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid' AND m.position <= %(before)s "
        "AND m.effective_on < %(from_on)s), 0) "
        "FROM movements m JOIN claim_register r USING (tenant, claim_id) "
        "WHERE m.tenant = %(tenant)s AND m.position <= %(position)s "
        "AND m.effective_on < %(until_on)s AND r.number = ANY (%(numbers)s) GROUP BY r.number",
        {
            **asked.parameters,
            "numbers": sorted({cell(row["claim_ref"]) for row in evidence.built.rows}),
        },
    ).fetchall()
    moved = {number: (int(paid), int(reserve), int(prev)) for number, paid, reserve, prev in found}
    for row in evidence.built.rows:
        paid, reserve, before = moved.get(cell(row["claim_ref"]), (0, 0, 0))
        told = (
            _minor(row, "previously_paid_indemnity") + _minor(row, "paid_this_period_indemnity"),
            _minor(row, "reserve_indemnity"),
            _minor(row, "previously_paid_indemnity"),
        )
        if told != (paid, reserve, before):
            yield f"{row['line_id']}: paid, reserve or paid before is not what the claim has moved"


def struck_to_the_last_movement(evidence: Evidence) -> Iterator[str]:
    """Every movement of a claim up to the cut-off was ceded: no cession is still to come."""
    asked = evidence.built.asked
    claims = evidence.struck
    found = evidence.conn.execute(
        "SELECT m.claim_id, r.number, max(m.version) FROM movements m "
        "JOIN claim_register r USING (tenant, claim_id) "
        "WHERE m.tenant = %(tenant)s AND m.position <= %(position)s "
        "AND m.effective_on < %(until_on)s AND m.kind IN ('claim_paid', 'claim_reserved') "
        "AND r.service_from >= %(attaches)s AND r.service_from < %(ends)s "
        "GROUP BY m.claim_id, r.number HAVING sum(abs(m.minor)) > 0 ORDER BY r.number",
        {**asked.parameters, **_span(evidence)},
    ).fetchall()
    for claim_id, number, version in found:
        claim = claims.get(claim_id)
        if claim is None or claim.version < version:
            yield f"claim {number} has moved and was not ceded yet: run `bima treaty strike`"


def _span(evidence: Evidence) -> dict[str, Any]:
    period = evidence.built.asked.terms.period
    assert period is not None
    return {"attaches": period.from_on, "ends": period.until_on}


def goes_on_from_the_last(evidence: Evidence) -> Iterator[str]:
    """What was paid before is what the last issued report says was paid to date."""
    before = evidence.before
    if before is None:
        if evidence.built.asked.before is not None:
            yield "the last issued report cannot be made again"
        return
    told: dict[tuple[str, str], int] = {}
    paid: dict[str, int] = {}
    for row in before.rows:
        told[cell(row["claim_ref"]), cell(row["layer_id"])] = _minor(row, "ceded_paid_to_date")
        paid[cell(row["claim_ref"])] = _minor(row, "previously_paid_indemnity") + _minor(
            row, "paid_this_period_indemnity"
        )
    for row in evidence.built.rows:
        key = cell(row["claim_ref"]), cell(row["layer_id"])
        carried = _minor(row, "ceded_paid_to_date") - _minor(row, "ceded_paid_this_period")
        if key in told and carried != told[key]:
            yield f"{row['line_id']}: does not go on from the ceded payments of the last report"
        if key[0] in paid and _minor(row, "previously_paid_indemnity") != paid[key[0]]:
            yield f"{row['line_id']}: previously_paid_indemnity is not that of the last report"


def status_moves_on(evidence: Evidence) -> Iterator[str]:
    """A claim that had ended in the last report is only open again where it was reopened."""
    if evidence.before is None:
        return
    ended = {
        cell(row["claim_ref"])
        for row in evidence.before.rows
        if row["claim_status"] in {"withdrawn", "void"}
    }
    for row in evidence.built.rows:
        if cell(row["claim_ref"]) in ended and row["claim_status"] in {"open", "closed"}:
            yield f"{row['line_id']}: was ended in the last report and is {row['claim_status']}"


def version_is_new(evidence: Evidence) -> Iterator[str]:
    """The version number follows the last issued one and is not used twice."""
    asked = evidence.built.asked
    issued = evidence.issued.get(asked.report_version)
    expected = max(evidence.issued, default=0) + 1
    if issued is not None and issued != evidence.built.sha256:
        yield f"version {asked.report_version} was issued with other figures: {expected} is next"
    elif issued is None and asked.report_version != expected:
        yield f"version {asked.report_version} leaves a gap: {expected} is next"


def terms_are_known(evidence: Evidence) -> Iterator[str]:
    """The terms are those that were known at the cut-off, of the version that is named."""
    asked = evidence.built.asked
    known = [
        one
        for one in evidence.treaty_versions()
        if one.treaty_id == asked.treaty_id and one.number == asked.treaty_version
    ]
    signed = [one for one in known if _same_terms(one, asked.terms)]
    if not known:
        yield f"version {asked.treaty_version} of the treaty was not known at the cut-off"
    elif not signed:
        yield f"the terms are not those of version {asked.treaty_version} of the treaty"


def _same_terms(version: TreatyVersion, terms: Any) -> bool:
    """Signed lines may differ from the written ones; all else is as placed or endorsed."""
    return (version.terms.sections, version.terms.rounding, version.terms.priority) == (
        terms.sections,
        terms.rounding,
        terms.priority,
    )


def premium_is_logged(evidence: Evidence) -> Iterator[str]:
    """The ceded premiums of the report are those of the ledger, and no other."""
    which = evidence.built.asked.treaty_id
    logged: dict[tuple[str, str], tuple[int, int]] = {}
    for _, fact in evidence.premiums():
        for line in fact.lines:
            if line.treaty_id == which:
                key = f"{fact.policy_number}:{fact.policy_version}", line.section
                logged[key] = line.premium.minor, line.commission.minor
    told: dict[tuple[str, str], tuple[int, int]] = {}
    for row in evidence.built.rows:
        reference = cell(row["line_id"]).removeprefix(f"{evidence.built.asked.report_id}:")
        number, version = reference.split(":")[:2]
        key = f"{number}:{version}", cell(row["section_no"])
        told[key] = _minor(row, "ceded_premium"), _minor(row, "ceding_commission")
    yield from _compare(told, logged, "ceded premium and commission")
    for key in sorted(logged.keys() - told.keys()):
        if logged[key] != (0, 0):
            yield f"premium {key[0]} under {key[1]} has no row"


def premium_treaties_take_this(evidence: Evidence) -> Iterator[str]:
    """The ceded premiums are what the terms take of each premium: worked out once more."""
    versions = evidence.treaty_versions()
    which = evidence.built.asked.treaty_id
    for event, fact in evidence.premiums():
        day = event.meta.effective_on
        chosen = chosen_for(versions, Loss("", fact.premium, fact.risk, loss_on=day))
        again = premium_lines(chosen, Premium("", fact.premium, fact.risk, day)) if chosen else ()
        then = {(x.treaty_id, x.section): (x.premium, x.commission) for x in fact.lines}
        now = {(x.treaty_id, x.section): (x.premium, x.commission) for x in again}
        for key in sorted(then.keys() | now.keys(), key=str):
            if key[0] == which and then.get(key) != now.get(key):
                yield f"premium {fact.policy_number}:{fact.policy_version}: the terms take another"


def gross_premium_is_written(evidence: Evidence) -> Iterator[str]:
    """The gross premium of a row is what the ledger wrote for the policy."""
    asked = evidence.built.asked
    for row in evidence.built.rows:
        events = _events_of(row)
        stream, _, version = events[0].rpartition(":")
        found = evidence.conn.execute(
            "SELECT minor FROM movements WHERE tenant = %s AND stream_id = %s AND version = %s "
            "AND kind = 'premium_written'",
            (asked.tenant, UUID(stream), int(version)),
        ).fetchone()
        if found is None or int(found[0]) != _minor(row, "gross_premium_this_time"):
            yield f"{row['line_id']}: gross_premium_this_time is not what was written"


def _told(evidence: Evidence, paid: str, incurred: str = "") -> dict[Any, tuple[int, int]]:
    """What the rows say by claim number and layer."""
    return {
        (cell(row["claim_ref"]), cell(row["layer_id"])): (
            _minor(row, paid),
            _minor(row, incurred) if incurred else 0,
        )
        for row in evidence.built.rows
    }


def _numbered(
    evidence: Evidence, sums: Mapping[Key, tuple[int, int]]
) -> dict[Any, tuple[int, int]]:
    return {_number(evidence, key): value for key, value in sums.items()}


def _number(evidence: Evidence, key: Key) -> tuple[str, str]:
    claim = evidence.struck.get(key[0])
    return (claim.number if claim else str(key[0])), key[1]


def _compare(
    told: Mapping[Any, tuple[int, int]], should: Mapping[Any, tuple[int, int]], what: str
) -> Iterator[str]:
    wrong = sorted(key for key in told if told[key] != should.get(key, (0, 0)))
    for key in wrong[:_NAMED]:
        yield f"{key[0]} under {key[1]}: {what} is {told[key]}, the ledger says {should.get(key)}"
    if len(wrong) > _NAMED:
        yield f"{what}: and {len(wrong) - _NAMED} more"


def _minor(row: Row, column: str) -> int:
    amount = row[column]
    return amount.minor if isinstance(amount, Money) else 0
