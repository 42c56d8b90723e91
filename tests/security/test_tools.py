"""S23: bandit finds nothing of weight in the product, and detect-secrets no secret in any file.

Both take a minute or more: `./bima check bandit secrets`, or `-m long`. What they were told to pass
over is looked at each time.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cli.check import CHECKS, PRODUCT
from tests.test_architecture import PROJECT, committed

BANDIT = next(known.command for known in CHECKS if known.name == "bandit")
MARK = re.compile(r"#\s*nosec\b(.*)")
REASON = re.compile(r" B\d{3}  # \w.{5,}")

SHARES = 4  # of the files: each is looked at in less than a minute
# Files in which detect-secrets sees what is none, and what it is. Lines that name a digest are not
# looked at: samples of events are full of them.
NO_SECRETS = {
    "adapters/mail.py": "how an address of a mail server is written",
    "adapters/settings.py": "how an address of a mail server is written",
    "docs/operations/settings.md": "how an address of a mail server is written",
    "api/proving.py": "words for whoever has to prove themselves",
    "cli/benches/http_place.py": "the password of a database that is thrown away",
    "commands/identity/service_keys.py": "the name of a kind of credentials",
    "docs/flows/one-claim.md": "what a reader chooses for a trial",
    "docs/tutorial.md": "what a reader chooses for a trial",
    "cli/check.py": "the name of a test",
    "tests/adapters/test_biometrics_apart.py": "how an address of a database is written",
    "tests/adapters/test_transport.py": "words that a vault lays for a test",
    "tests/api/test_refused.py": "a word that must be in no log",
    "tests/adapters/test_chain.py": "digests that were worked out elsewhere",
    "tests/adapters/test_merkle.py": "digests that were worked out elsewhere",
    "tests/adapters/test_outgoing.py": "addresses that are refused",
    "tests/adapters/test_settings.py": "the first line of every key",
    "tests/api/running.py": "a password of servers that are thrown away",
    "tests/api/test_guessing.py": "a guess that is refused",
    "tests/api/test_identity.py": "passwords of users who are thrown away",
    "tests/api/test_limits.py": "a guess that is refused",
    "tests/api/test_sign_in.py": "a guess that is refused",
    "tests/api/test_staff_directory.py": "a password of a directory that is thrown away",
    "tests/security/test_source.py": "samples that the search must see",
    "tests/security/test_tools.py": "samples that the search must see",
    "tests/support/openid_provider.py": "a secret of a provider that is thrown away",
    "tests/support/sample_facts.py": "digests of samples",
}


def found_by_bandit(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [*command, "--format=json", "--exit-zero"], cwd=PROJECT, capture_output=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.long
def test_bandit_finds_nothing_of_weight() -> None:
    told = found_by_bandit(BANDIT)
    assert told["errors"] == []
    assert [
        f"{one['filename']}:{one['line_number']} {one['test_id']}" for one in told["results"]
    ] == []
    lines = told["metrics"]["_totals"]["loc"]
    assert lines > 50_000
    print(f"S23: bandit, {lines} lines, 0 of medium weight or more")


def test_bandit_sees_a_breach_as_it_is_called(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text('import hashlib\nhashlib.md5(b"")\nconn.execute("SELECT " + "%s" % name)\n')
    looked_at = [word for word in BANDIT if word not in PRODUCT]
    told = found_by_bandit([*looked_at, str(bad)])
    assert {one["test_id"] for one in told["results"]} >= {"B324"}


def test_what_bandit_passes_over_says_why() -> None:
    marks = {
        f"{path.relative_to(PROJECT)}:{number}": found[1]
        for folder in PRODUCT
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := MARK.search(line))
    }
    assert len(marks) > 40
    assert {place for place, said in marks.items() if not REASON.fullmatch(said)} == set()
    assert {said[1:5] for said in marks.values()} == {"B608"}, "statements put together, no more"


def secrets_in(folder: Path, *names: str) -> dict[str, list[str]]:
    """Which kinds of secrets detect-secrets sees, by file."""
    scan = ("detect_secrets", "scan", "--no-verify", "--all-files")
    passed_over = ("--exclude-lines", r"sha256|digest", "--exclude-files", r"\.(lock|png)$")
    done = subprocess.run(
        [sys.executable, "-P", "-m", *scan, *passed_over, *names],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)["results"]
    return {name: [one["type"] for one in found] for name, found in told.items()}


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_no_file_holds_a_secret(share: int) -> None:
    names = [str(path.relative_to(PROJECT)) for path in committed()]
    assert len(names) > 1000
    assert set(NO_SECRETS) <= set(names)
    looked_at = names[share::SHARES]
    assert set(secrets_in(PROJECT, *looked_at)) - set(NO_SECRETS) == set()
    print(f"S23: detect-secrets, {len(looked_at)} files, 0 secrets")


def test_a_secret_would_be_seen(tmp_path: Path) -> None:
    words = (f'aws = "AKIA{"Z7QK3XW2" * 2}"', 'password = "Xk2vT9qLw8zzz1"')
    (tmp_path / "kept.py").write_text("\n".join(words))
    assert len(secrets_in(tmp_path, "kept.py")["kept.py"]) >= 2
