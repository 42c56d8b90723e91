"""The manifest of an issued report: what it is, what it knew, and the hash of every file.

Its bytes are canonical JSON (sorted keys, no spaces, UTF-8), so that the signature is on exactly
what anybody reads. The signature itself and nothing else is left out of what is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from projections.canonical import cell
from projections.treaty_reports.building import Built

FORMAT = "bima-report/1"
SCHEMA = 1
RULES = 1

CSV, PARQUET, XLSX, COVER, MANIFEST = (
    "report.csv", "report.parquet", "report.xlsx", "cover.pdf", "manifest.json",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chain:
    """The manifest that this one follows: of the version replaced, else of the period before."""

    previous: str = ""
    replaces: int | None = None


def manifest_of(
    built: Built, files: Mapping[str, str], chain: Chain, csv_signature: str, public: str
) -> dict[str, Any]:
    """Everything but the signature."""
    asked = built.asked
    return {
        "format": FORMAT,
        "report_id": asked.report_id,
        "kind": asked.kind,
        "report_version": asked.report_version,
        "replaces": chain.replaces,
        "previous_manifest_sha256": chain.previous,
        "reinsured": asked.administration.reinsured,
        "treaty": asked.terms.treaty_id,
        "contract_umr": asked.administration.umr,
        "period": {
            "name": asked.period.name,
            "from": asked.period.from_on.isoformat(),
            "to": asked.period.last_day.isoformat(),
        },
        "cut_off": {
            "position": asked.position,
            "known_at": cell(asked.known_at),
            "follows_position": asked.before.position if asked.before else 0,
        },
        "versions": {
            "schema": SCHEMA,
            "rules": RULES,
            "treaty": asked.treaty_version,
            "rounding": str(asked.terms.rounding),
            "profile": asked.administration.profile,
        },
        "columns": list(asked.layout.columns),
        "rows": len(built.rows),
        "control_totals": [
            {
                "column": key.partition(" ")[0],
                "currency": amount.currency,
                "amount": format(amount.amount, "f"),
                "counted": str(asked.layout.totals[key.partition(" ")[0]]),
            }
            for key, amount in built.totals.items()
        ],
        "files": dict(sorted(files.items())),
        "csv_signature": csv_signature,
        "public_key": public,
    }


def canonical(content: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest, or of what is signed of it."""
    return msgspec.json.encode(content, order="sorted")


def without_signature(content: Mapping[str, Any]) -> bytes:
    """What the signature is on."""
    return canonical({key: value for key, value in content.items() if key != "signature"})
