"""What an auditor would ask for afterwards: a bordereau, a claim's life, and a verified ledger."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from cli.demo_book import planted
from cli.demo_year.year import Year
from deploy.folders import PROJECT


@dataclass(frozen=True, slots=True)
class Evidence:
    """`replayed` is what `bima replay` says of the surgery's claim."""

    period: str
    bordereau: Path
    sha256: str
    rows: int
    claim_number: str
    replayed: str
    verified: bool
    verify_said: str


def produce(year: Year, state: Path) -> Evidence:
    """Issue last month's claims bordereau, replay one claim, verify the ledger."""
    period = month_before(year.book.today)
    file = state / f"claims-bordereau-{period}.csv"
    with year.screen.step(f"claims bordereau of {period}"):
        issued = command(state, "bordereau", "claims", "--period", period, "--output", str(file))
    content = file.read_bytes() if file.exists() else b""
    rows = max(0, content.count(b"\n") - 1)
    year.promises.keep(
        "the claims bordereau was issued",
        issued.returncode == 0 and rows > 0,
        f"{rows} rows" if issued.returncode == 0 else issued.stderr.strip()[-300:],
    )
    number = year.as_("auditor").get(f"/claims/{year.known.claims[planted.SURGERY_EXAMPLE]}")[
        "number"
    ]
    with year.screen.step(f"replay of {number}"):
        replayed = command(state, "replay", "claim", number)
    year.promises.keep(
        "a claim is replayed with its explanation",
        replayed.returncode == 0 and "deductible" in replayed.stdout,
        number if replayed.returncode == 0 else replayed.stderr.strip()[-300:],
    )
    with year.screen.step("ledger verified"):
        verified = command(state, "verify")
    clean = verified.returncode == 0
    said = verified.stdout + verified.stderr
    year.promises.keep("bima verify is clean", clean, "clean" if clean else said.strip()[-2_000:])
    return Evidence(
        period, file, hashlib.sha256(content).hexdigest(), rows, number, replayed.stdout, clean,
        verified.stdout,
    )  # fmt: skip


def command(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of bima's own, as anybody would give it."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "cli", *words],
        cwd=PROJECT,
        env={**os.environ, "BIMA_HOME": str(state), "COLUMNS": "110"},
        capture_output=True,
        text=True,
        check=False,
    )


def month_before(day: date) -> str:
    """The last whole month before a day, such as 2026-10."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
