"""Open Exposure Data: treaty terms read from rows of `reins_info` and `reins_scope`, and back.

The columns and their order of application (CededPercent, risk terms, occurrence terms,
PlacedPercent) are those of the OED reinsurance specification. OED speaks of locations where health
insurance has members. Blank, or zero for limits and attachments, means that a term is absent.
"""

from collections.abc import Iterable, Mapping, Sequence

from domain.money import Money
from domain.ratio import WHOLE, Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.terms import Cover, Kind, Posting, RiskLevel, ScopeRow, Section, Treaty

Row = Mapping[str, str]

_LEVELS = {
    "LOC": RiskLevel.MEMBER,
    "POL": RiskLevel.POLICY,
    "ACC": RiskLevel.ACCOUNT,
    "": RiskLevel.WHOLE_SCOPE,
}
_SCOPE_COLUMNS = {
    "portfolio": "PortNumber",
    "account": "AccNumber",
    "policy": "PolNumber",
    "group": "LocGroup",
    "member": "LocNumber",
    "line_of_business": "LOB",
    "country": "CountryCode",
    "tag": "ReinsTag",
}


def from_oed(info: Iterable[Row], scope: Sequence[Row], currency: str = "") -> tuple[Treaty, ...]:
    """One treaty with one section for each row of reins_info.

    `currency` stands in where ReinsCurrency is blank. Raises RuleBroken `treaty.bad_oed_row` for
    a row with an unknown ReinsType or RiskLevel or a number that cannot be read.
    """
    return tuple(_treaty(row, scope, currency) for row in info)


def to_oed(treaties: Iterable[Treaty]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows of reins_info and reins_scope; a section without scope rows gets one blank row.

    Terms that OED cannot say (aggregate limits, commission, participants) are left out.
    """
    info: list[dict[str, str]] = []
    scope: list[dict[str, str]] = []
    for treaty in treaties:
        for section in treaty.sections:
            number = treaty.treaty_id if len(treaty.sections) == 1 else section.section_id
            info.append(_info_row(number, treaty, section))
            scope.extend(_scope_row(number, row) for row in section.scope or (ScopeRow(),))
    return info, scope


def _treaty(row: Row, scope: Sequence[Row], currency: str) -> Treaty:
    number = row["ReinsNumber"]
    code = row.get("ReinsCurrency") or currency
    try:
        section = Section(
            section_id=number,
            kind=Kind(row["ReinsType"]),
            cession=_ratio(row, "CededPercent"),
            scope=tuple(_scope(one) for one in scope if one["ReinsNumber"] == number),
            risk_level=_LEVELS[row.get("RiskLevel") or ""],
            risk=Cover(_money(row, "RiskAttachment", code), _money(row, "RiskLimit", code)),
            occurrence=Cover(_money(row, "OccAttachment", code), _money(row, "OccLimit", code)),
            placed=_ratio(row, "PlacedPercent"),
        )
        priority = int(row.get("InuringPriority") or 1)
    except (KeyError, ValueError) as fault:
        raise RuleBroken("treaty.bad_oed_row", f"ReinsNumber {number}: {fault}") from fault
    return Treaty(number, code, (section,), priority, posting=Posting.ALLOCATED)


def _scope(row: Row) -> ScopeRow:
    fields = {name: row.get(column) or "" for name, column in _SCOPE_COLUMNS.items()}
    own = row.get("CededPercent")
    return ScopeRow(**fields, cession=Ratio.of(own) if own else None)


def _ratio(row: Row, column: str) -> Ratio:
    text = row.get(column)
    return Ratio.of(text) if text else WHOLE


def _money(row: Row, column: str, currency: str) -> Money | None:
    text = row.get(column) or "0"
    amount = Money.of(text, currency)
    return amount or None


def _info_row(number: str, treaty: Treaty, section: Section) -> dict[str, str]:
    levels = {level: code for code, level in _LEVELS.items()}
    return {
        "ReinsNumber": number,
        "ReinsCurrency": treaty.currency,
        "CededPercent": _decimal(section.cession),
        "RiskLimit": _major(section.risk.limit),
        "RiskAttachment": _major(section.risk.attachment),
        "OccLimit": _major(section.occurrence.limit),
        "OccAttachment": _major(section.occurrence.attachment),
        "PlacedPercent": _decimal(section.placed),
        "InuringPriority": str(treaty.priority),
        "ReinsType": section.kind.value,
        "RiskLevel": levels.get(section.risk_level, ""),
    }


def _scope_row(number: str, row: ScopeRow) -> dict[str, str]:
    columns = {column: getattr(row, name) for name, column in _SCOPE_COLUMNS.items()}
    own = _decimal(row.cession) if row.cession else ""
    return {"ReinsNumber": number, **columns, "CededPercent": own}


def _decimal(ratio: Ratio) -> str:
    return str(ratio)


def _major(amount: Money | None) -> str:
    return format(amount.amount, "f") if amount else "0"
